// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.nodebridge.registry.config.SecuritySettings;
import org.nodebridge.registry.config.SecuritySettings.HttpMode;

/**
 * What plain HTTP is answered where it is not wanted, be it for the application or for the server's own pages. Only
 * what reads is sent on to HTTPS: a write has shown its credentials to the network already, and its sender should learn
 * of that. Health that is open to all goes on answering, since orchestrators ask for it without credentials, and
 * often know neither redirects nor certificates.
 */
final class PlainHttp {

    private final SecuritySettings settings;

    PlainHttp(SecuritySettings settings) {
        this.settings = settings;
    }

    /** Answers the request if it must not be served; returns whether it has. */
    boolean answers(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.isSecure() || settings.httpMode() == HttpMode.ON || isOpenHealth(request)) {
            return false;
        }
        response.setHeader("Cache-Control", "no-store");
        if (settings.httpMode() == HttpMode.REDIRECT && ReadMethods.gets(request.getMethod())) {
            response.setStatus(308);
            response.setHeader("Location", elsewhere(request, settings.httpsPort()));
        } else {
            response.setStatus(HttpServletResponse.SC_FORBIDDEN);
            response.setContentType("application/problem+json");
            response.getWriter().print("{\"type\":\"urn:nodebridge:problem:https-needed\",\"code\":\"https-needed\","
                    + "\"title\":\"HTTPS is needed\",\"status\":403}");
        }
        return true;
    }

    private boolean isOpenHealth(HttpServletRequest request) {
        return settings.openHealth() && request.getContextPath().equals("/health");
    }

    private static String elsewhere(HttpServletRequest request, int port) {
        String query = request.getQueryString();
        return "https://" + request.getServerName() + (port == 443 ? "" : ":" + port) + request.getRequestURI()
                + (query == null ? "" : "?" + query);
    }
}
