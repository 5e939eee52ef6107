// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.ws.rs.core.SecurityContext;
import org.nodebridge.registry.security.Caller;

/** Who makes a request, as the history names it. */
public final class Actor {

    private static final String ANONYMOUS = "anonymous";

    private Actor() {}

    /**
     * {@code user:} and the user, {@code token:} and the token's subject, or {@code anonymous} where no caller has to
     * sign in. What is before the first colon or slash says the kind of an actor, so that no name passes for the leader
     * or a topic.
     */
    public static String of(SecurityContext context) {
        return context.getUserPrincipal() instanceof Caller caller ? caller.actor() : ANONYMOUS;
    }
}
