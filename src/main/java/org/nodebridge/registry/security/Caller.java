// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Optional;
import java.util.Set;

/**
 * A caller who has signed in.
 *
 * @param kind {@code user} or {@code token}: by which of them the caller has signed in
 * @param name the user, or the token's {@code upn}, {@code preferred_username} or {@code sub}
 * @param roles the ids of all roles held, included ones among them
 */
public record Caller(String kind, String name, Set<String> roles) implements Principal {

    private static final String ATTRIBUTE = Caller.class.getName();

    /** Whose request this is, as the gate has found; empty for an anonymous one. */
    public static Optional<Caller> of(HttpServletRequest request) {
        return Optional.ofNullable((Caller) request.getAttribute(ATTRIBUTE));
    }

    /** To be known by the request for as long as it lasts. */
    void comesWith(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** By user name and password. */
    static Caller user(String name, Set<String> roles) {
        return new Caller("user", name, roles);
    }

    /** By a token. */
    static Caller token(String name, Set<String> roles) {
        return new Caller("token", name, roles);
    }

    /** Who it is among all who may have made a change: the kind and the name, of any form. */
    public String actor() {
        return kind + ":" + name;
    }

    @Override
    public String getName() {
        return name;
    }
}
