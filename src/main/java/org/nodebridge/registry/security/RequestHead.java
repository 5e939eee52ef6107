// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.nodebridge.registry.config.HttpSettings;

/**
 * Bounds the head of a request before anything parses it, be it ours, the server's or a library's: method, address,
 * number and length of headers. Time is linear in the length of the head, which the server itself bounds too.
 */
final class RequestHead {

    /** Why a head is refused; the texts are ours, without anything of the request. */
    record Refusal(int status, String title, String detail) {}

    /** The methods of what is only read, as {@code Allow} names them. */
    static final String READS = "GET, HEAD, OPTIONS";

    private static final Set<String> WRITING = Set.of("POST", "PUT", "PATCH", "DELETE");

    /** Headers that servers and libraries parse, by algorithms of any cost; an honest client needs far less. */
    private static final Set<String> STRUCTURED = Set.of(
            "accept", "accept-charset", "accept-encoding", "accept-language", "content-type", "content-length",
            "content-disposition", "content-encoding", "transfer-encoding", "te", "trailer", "upgrade", "connection",
            "expect", "host", "origin", "range", "if-range", "if-match", "if-none-match", "if-modified-since",
            "if-unmodified-since", "cache-control", "pragma", "date", "forwarded", "x-forwarded-for",
            "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "via", "last-event-id", "idempotency-key",
            "x-correlation-id", "traceparent", "tracestate", "b3", "sec-fetch-site", "sec-fetch-mode",
            "sec-fetch-dest", "x-http-method-override", "prefer", "link");

    private static final int MAX_STRUCTURED_CHARS = 2048;

    private RequestHead() {}

    /**
     * Why the request is refused; empty when its head is within the limits.
     *
     * @param readOnly whether what is asked for is only read
     */
    static Optional<Refusal> refusal(HttpServletRequest request, boolean readOnly, HttpSettings limits) {
        if (!ReadMethods.isSafe(request.getMethod()) && (readOnly || !WRITING.contains(request.getMethod()))) {
            return Optional.of(new Refusal(405, "Method Not Allowed", "there is no such method here"));
        }
        int url = length(request.getRequestURI()) + length(request.getQueryString());
        if (url > limits.maxUrlBytes()) {
            return Optional.of(new Refusal(
                    414, "The address is too long", "path and query may be " + limits.maxUrlBytes()
                            + " bytes together"));
        }
        return headers(request, limits)
                .map(detail -> new Refusal(431, "The headers are too large", detail));
    }

    private static Optional<String> headers(HttpServletRequest request, HttpSettings limits) {
        int count = 0;
        // a name comes once for each of its lines in some servers, and once in others
        Set<String> names = Set.copyOf(lowerCase(Collections.list(request.getHeaderNames())));
        for (String name : names) {
            boolean structured = STRUCTURED.contains(name);
            int most = structured ? Math.min(MAX_STRUCTURED_CHARS, limits.maxHeaderBytes()) : limits.maxHeaderBytes();
            int chars = 0;
            for (String value : Collections.list(request.getHeaders(name))) {
                count++;
                chars += name.length() + length(value);
                if (chars > most) {
                    return Optional.of(structured
                            ? name + " may be " + most + " bytes"
                            : "all lines of one header may be " + most + " bytes together");
                }
            }
        }
        return count > limits.maxHeaders()
                ? Optional.of("there may be " + limits.maxHeaders() + " headers")
                : Optional.empty();
    }

    private static List<String> lowerCase(List<String> names) {
        List<String> lower = new ArrayList<>(names.size());
        names.forEach(name -> lower.add(name.toLowerCase(Locale.ROOT)));
        return lower;
    }

    private static int length(String text) {
        return text == null ? 0 : text.length();
    }
}
