package org.nodebridge.registry.security;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.nodebridge.registry.config.SecuritySettings;
import org.nodebridge.registry.config.SecuritySettings.HttpMode;

/**
 * What plain HTTP is answered where it is not wanted. Only what reads is sent on to HTTPS: a write has shown its
 * credentials to the network already, and whoever sends it should learn of that.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class HttpsFilter extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final Set<String> READS = Set.of("GET", "HEAD");

    @Inject
    private transient SecuritySettings settings;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request.isSecure() || settings.httpMode() == HttpMode.ON) {
            chain.doFilter(request, response);
        } else if (settings.httpMode() == HttpMode.REDIRECT && READS.contains(request.getMethod())) {
            response.setStatus(308);
            response.setHeader("Location", elsewhere(request, settings.httpsPort()));
        } else {
            response.setStatus(HttpServletResponse.SC_FORBIDDEN);
            response.setContentType("application/problem+json");
            response.getWriter().print("{\"type\":\"urn:nodebridge:problem:https-needed\",\"code\":\"https-needed\","
                    + "\"title\":\"HTTPS is needed\",\"status\":403}");
        }
    }

    private static String elsewhere(HttpServletRequest request, int port) {
        String query = request.getQueryString();
        return "https://" + request.getServerName() + (port == 443 ? "" : ":" + port) + request.getRequestURI()
                + (query == null ? "" : "?" + query);
    }
}
