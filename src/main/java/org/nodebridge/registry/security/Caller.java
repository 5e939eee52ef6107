// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.Optional;
import java.util.Set;

/**
 * Somebody who has signed in.
 *
 * @param name the user, or the token's {@code upn}, {@code preferred_username} or {@code sub}
 * @param roles the ids of all roles held, included ones among them
 */
public record Caller(String name, Set<String> roles) implements Principal {

    private static final String ATTRIBUTE = Caller.class.getName();

    /** Whose request this is, as the gate has found; empty for nobody in particular. */
    public static Optional<Caller> of(HttpServletRequest request) {
        return Optional.ofNullable((Caller) request.getAttribute(ATTRIBUTE));
    }

    /** To be known by the request for as long as it lasts. */
    void comesWith(HttpServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    @Override
    public String getName() {
        return name;
    }
}
