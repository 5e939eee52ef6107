// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;
import org.nodebridge.registry.security.Caller;

/**
 * Tells resources and filters who calls, since the container does not know.
 *
 * @param caller {@code null} for an anonymous caller
 */
record CallerContext(Caller caller, boolean secure) implements SecurityContext {

    @Override
    public Principal getUserPrincipal() {
        return caller;
    }

    @Override
    public boolean isUserInRole(String role) {
        return caller != null && caller.roles().contains(role);
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public String getAuthenticationScheme() {
        return null; // which of them it was is of no interest here
    }
}
