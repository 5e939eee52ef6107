// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.nodebridge.registry.config.SecuritySettings;
import org.nodebridge.registry.event.Findings;
import org.nodebridge.registry.security.ReadMethods;

/**
 * Refuses writes that a browser sends for another site's page: it would add the credentials that it remembers. Only
 * browsers send these headers, and no page can forge them.
 */
@Provider
@PreMatching
@Priority(AccessFilter.FIRST - 1)
public class SameOriginFilter implements ContainerRequestFilter {

    /** {@code none} is what the person at the browser asked for, without a page. */
    private static final Set<String> OURS = Set.of("same-origin", "none");

    @Inject
    private SecuritySettings settings;

    @Context
    private HttpServletRequest http;

    @Override
    public void filter(ContainerRequestContext request) {
        if (ReadMethods.isSafe(request.getMethod())) {
            return;
        }
        String origin = request.getHeaderString("Origin");
        String site = request.getHeaderString("Sec-Fetch-Site");
        boolean ours = origin == null
                ? site == null || OURS.contains(site)
                : settings.allowedOrigins().contains(origin) || isOurs(origin, site);
        if (!ours) {
            request.abortWith(Problem.ofStatus(403, "A page of another site asks",
                    "origin " + (origin == null ? "unknown" : Findings.shown(origin))).response());
        }
    }

    private boolean isOurs(String origin, String site) {
        return site == null ? isSame(origin, request(http)) : OURS.contains(site);
    }

    private static String request(HttpServletRequest http) {
        String host = http.getHeader("Host");
        return http.getScheme() + "://" + (host == null ? "" : host);
    }

    /** Compares as browsers do: scheme, host and port, the usual port being the same as none. */
    static boolean isSame(String origin, String request) {
        try {
            return normal(URI.create(origin)).equals(normal(URI.create(request)));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String normal(URI uri) {
        if (uri.getScheme() == null || uri.getRawAuthority() == null) {
            throw new IllegalArgumentException("no origin: " + uri);
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        String usualPort = scheme.equals("https") ? ":443" : ":80";
        String authority = uri.getRawAuthority().toLowerCase(Locale.ROOT);
        return scheme + "://"
                + (authority.endsWith(usualPort)
                        ? authority.substring(0, authority.length() - usualPort.length())
                        : authority);
    }
}
