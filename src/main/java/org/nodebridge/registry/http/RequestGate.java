// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nodebridge.registry.config.HttpSettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.http.body.BodyBudget;
import org.nodebridge.registry.http.body.BodyEncoding;
import org.nodebridge.registry.http.body.BoundedRequest;
import org.nodebridge.registry.http.body.DisconnectTolerantResponse;
import org.nodebridge.registry.http.measure.RequestMeasure;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.security.CorrelationId;
import org.nodebridge.registry.security.EnvoyPaths;

/**
 * What every request passes before the interface looks at it: it gets its correlation id, and is turned away when its
 * address is no URI or not in UTF-8, when its query holds U+0000, which PostgreSQL cannot compare with anything
 * (Liberty sees to the path), when a header that JAX-RS reads cannot be read, or when its body is longer than may be
 * or in an encoding that is not known here.
 * What is no part of the interface passes, and is answered 404 where there is nothing.
 */
@WebFilter(urlPatterns = "/*", asyncSupported = true)
public class RequestGate extends HttpFilter {

    private static final long serialVersionUID = 1L;
    private static final String NO_URI = "must be of characters that a URI may have, and others escaped as %XX";

    private static final String INTERFACE = "/api/v1/";
    private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");
    private static final String BATCH = "/registrations/batch";

    @Inject
    private transient RegistrySettings settings;

    @Inject
    private transient RegistryMetrics metrics;

    @Inject
    private transient BodyBudget bodies;

    @Inject
    private transient RequestMeasure measure;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse untold, FilterChain chain)
            throws IOException, ServletException {
        HttpServletResponse response = new DisconnectTolerantResponse(request, untold);
        String path = request.getServletPath();
        if (!(path + "/").startsWith(INTERFACE) && !EnvoyPaths.contain(path)) {
            if (isThere(request)) {
                chain.doFilter(request, response);
            } else {
                response.sendError(HttpServletResponse.SC_NOT_FOUND);
            }
            return;
        }
        String id = CorrelationId.of(request);
        CorrelationId.begin(id);
        measure.began(request);
        try {
            response.setHeader(CorrelationId.HEADER, id);
            Problem problem = CorrelationId.isUsable(request)
                    ? problem(request)
                    : invalid(CorrelationId.HEADER, CorrelationId.RULE);
            if (problem == null) {
                pass(request, response, chain);
                measure.passed(request, response);
            } else {
                if (encoding(request).isEmpty()) {
                    response.setHeader("Accept-Encoding", BodyEncoding.SUPPORTED);
                }
                answer(response, problem);
                measure.turnedAway(request, problem.status());
            }
        } finally {
            CorrelationId.end();
        }
    }

    private void pass(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try (BodyBudget.Share share = bodies.share()) {
            // a batch is never held as a whole: it takes its share itself
            BoundedRequest.Taker taker = isBatch(request) ? (bytes, offset, count) -> {} : share::take;
            BodyEncoding encoding = encoding(request).orElse(BodyEncoding.IDENTITY);
            try (BoundedRequest bounded =
                    new BoundedRequest(request, encoding, mostBytes(request), this::countTooLarge, taker)) {
                chain.doFilter(bounded, response);
            }
        }
    }

    private static Optional<BodyEncoding> encoding(HttpServletRequest request) {
        return WITH_BODY.contains(request.getMethod())
                ? BodyEncoding.of(request.getHeader(BodyEncoding.HEADER))
                : Optional.of(BodyEncoding.IDENTITY); // it is not read
    }

    /**
     * Whether there is something at an address outside the interface. Asked here, because the container takes an
     * address of nothing for a failure: it logs it as it was asked for, control characters included, and writes a file
     * about it.
     */
    private boolean isThere(HttpServletRequest request) throws IOException {
        String path = request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
        return path.isEmpty() || path.equals("/")
                || path.startsWith("/") && getServletContext().getResource(path) != null;
    }

    /** {@code null} when nothing is wrong so far. */
    private Problem problem(HttpServletRequest request) {
        String query = request.getQueryString() == null ? "" : request.getQueryString();
        if (query.contains("%00")) {
            return invalid("query", "must not hold U+0000");
        }
        if (!isUri(request.getRequestURI())) {
            return invalid("path", NO_URI);
        }
        if (!PercentEncoding.isUtf8(request.getRequestURI())) {
            return invalid("path", KnownParametersFilter.NO_UTF_8); // RESTEasy would log a stack trace
        }
        if (!isUri(request.getRequestURL().toString())) {
            return invalid("Host", "must be a name or an address");
        }
        for (HeaderForm form : HeaderForm.values()) {
            for (String line : Collections.list(request.getHeaders(form.header()))) {
                if (!form.fits(line)) {
                    return invalid(form.header(), form.rule());
                }
            }
        }
        if (!isUri("?" + query)) {
            return invalid("query", NO_URI);
        }
        if (encoding(request).isEmpty()) {
            return Problem.unknownEncoding();
        }
        if (request.getContentLengthLong() > mostBytes(request)) {
            countTooLarge();
            return Problem.bodyTooLarge(mostBytes(request));
        }
        return null;
    }

    /** {@link URI} takes letters of all scripts; here they would be bytes of an unknown encoding. */
    private static boolean isUri(String text) {
        try {
            new URI(text);
            return text.chars().allMatch(c -> c < 0x80);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private void countTooLarge() {
        metrics.requestRefused("body_too_large");
    }

    private int mostBytes(HttpServletRequest request) {
        HttpSettings http = settings.http();
        return isBatch(request) ? http.mostBatchBytes() : http.mostBodyBytes();
    }

    private static boolean isBatch(HttpServletRequest request) {
        return request.getRequestURI().endsWith(BATCH);
    }

    private static Problem invalid(String field, String message) {
        return Problem.invalid(List.of(new FieldError(field, message)));
    }

    private static void answer(HttpServletResponse response, Problem problem) throws IOException {
        response.setStatus(problem.status());
        problem.headers().forEach(response::setHeader);
        response.setContentType(Problem.MEDIA_TYPE);
        response.getOutputStream().write(new JsonFormat().getContext(Problem.class).writeValueAsBytes(problem));
    }
}
