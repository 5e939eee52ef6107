// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.servlet.http.HttpServletRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps Liberty from reading the credentials of a request that has been answered. For its audit it takes the user out
 * of a Basic header, after the gate and whether or not anything is audited, and throws where there is no colon or no
 * Base64 in it: 45 KB of log for a request of any client. It reads none when the request's type of authentication is
 * not BASIC, which it is by default, and which only Liberty's own class of request can change.
 */
final class ContainerAudit {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerAudit.class);

    private ContainerAudit() {}

    static void looksAtNoCredentials(HttpServletRequest request) {
        if (request.getHeader("Authorization") == null) {
            return;
        }
        try {
            request.getClass().getMethod("setPrivateAttribute", String.class, Object.class)
                    .invoke(request, "AUTH_TYPE", "JASPI");
        } catch (ReflectiveOperationException e) {
            // another version of the server; the request is refused all the same
            LOG.atDebug().setCause(e).log("The server reads the credentials of a refused request by itself");
        }
    }
}
