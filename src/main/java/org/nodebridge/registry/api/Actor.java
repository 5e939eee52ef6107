// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.api;

import jakarta.ws.rs.core.SecurityContext;

/** Who makes a request, as the history names it. */
final class Actor {

    private static final String ANONYMOUS = "anonymous";

    private Actor() {}

    /** The user or the subject of the token; {@code anonymous} where nobody has to sign in. */
    static String of(SecurityContext context) {
        return context.getUserPrincipal() == null ? ANONYMOUS : context.getUserPrincipal().getName();
    }
}
