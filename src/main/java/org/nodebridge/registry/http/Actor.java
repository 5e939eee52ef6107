// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.ws.rs.core.SecurityContext;

/** Who makes a request, as the history names it. */
public final class Actor {

    private static final String ANONYMOUS = "anonymous";

    private Actor() {}

    /** The user or the subject of the token; {@code anonymous} where nobody has to sign in. */
    public static String of(SecurityContext context) {
        return context.getUserPrincipal() == null ? ANONYMOUS : context.getUserPrincipal().getName();
    }
}
