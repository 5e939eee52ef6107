// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.measure;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Method;
import java.time.Duration;
import org.nodebridge.registry.metrics.HttpMetrics;

/** Counts each request once, when the beginning of its answer is known. Safe from many threads. */
@ApplicationScoped
public class RequestMeasure {

    private static final String BEGAN = RequestMeasure.class.getName();

    private HttpMetrics metrics;

    @Inject
    public RequestMeasure(HttpMetrics metrics) {
        this.metrics = metrics;
    }

    RequestMeasure() {} // for the client proxy

    /** The request has arrived. */
    public void began(HttpServletRequest request) {
        request.setAttribute(BEGAN, System.nanoTime());
    }

    /** The request was turned away before it was known for which operation it is. */
    public void turnedAway(HttpServletRequest request, int status) {
        answered(request, Route.NONE, status);
    }

    /** The request has been through: what no operation has answered, such as what is not there, is counted now. */
    public void passed(HttpServletRequest request, HttpServletResponse response) {
        if (!request.isAsyncStarted()) {
            answered(request, Route.NONE, response.getStatus());
        }
    }

    /** A stream begins, past JAX-RS; what it sends later is not part of the time. */
    public void streams(HttpServletRequest request, String route) {
        answered(request, route, HttpServletResponse.SC_OK);
    }

    /**
     * The answer begins; what a stream sends later is not part of the time.
     *
     * @param operation {@code null} where the request is for none
     */
    void answered(HttpServletRequest request, Method operation, int status) {
        answered(request, Route.of(operation), status);
    }

    private void answered(HttpServletRequest request, String route, int status) {
        if (request.getAttribute(BEGAN) instanceof Long began) {
            request.removeAttribute(BEGAN); // an error behind the answer is no request of its own
            metrics.answered(Route.method(request.getMethod()), route, Route.statusClass(status),
                    Duration.ofNanos(System.nanoTime() - began));
        }
    }
}
