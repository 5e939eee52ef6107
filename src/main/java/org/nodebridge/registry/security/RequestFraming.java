// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Whether a request says in one way only where its body ends and which host it is for: else a proxy in front may take a
 * part of the body for a request of somebody else. The server closes the connection after any error.
 *
 * <p>Of two lengths that differ the server shows one, and of a length beside chunks none; it answers both, and then
 * closes the connection. A length that is no number it takes for none, and does not show. So none of these can be
 * refused here.
 */
final class RequestFraming {

    private RequestFraming() {}

    /** What is wrong, in words of ours; empty when all is well. */
    static Optional<String> problem(HttpServletRequest request) {
        List<String> lengths = lines(request, "Content-Length");
        List<String> codings = lines(request, "Transfer-Encoding");
        List<String> hosts = lines(request, "Host");
        if (lengths.size() > 1) {
            return Optional.of("Content-Length must be there once");
        }
        boolean old = "HTTP/1.0".equals(request.getProtocol());
        if (!codings.isEmpty()
                && (old || codings.size() > 1 || !"chunked".equalsIgnoreCase(codings.get(0).strip()))) {
            return Optional.of("Transfer-Encoding must be chunked");
        }
        boolean needed = !old && String.valueOf(request.getProtocol()).startsWith("HTTP/1."); // HTTP/2 has :authority
        if (hosts.size() > 1 || needed && (hosts.isEmpty() || hosts.get(0).isBlank())) {
            return Optional.of("Host must be there, once");
        }
        return Optional.empty();
    }

    private static List<String> lines(HttpServletRequest request, String name) {
        return Collections.list(request.getHeaders(name));
    }
}
