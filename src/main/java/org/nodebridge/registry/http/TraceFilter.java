// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.annotation.Priority;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.ext.Provider;
import org.nodebridge.registry.security.CorrelationId;
import org.nodebridge.registry.tracing.Tracing;

/**
 * Puts a request's correlation id on its span; here, because the server has begun the span by now, regardless of its
 * filters.
 */
@Provider
@Priority(AccessFilter.FIRST - 1)
public class TraceFilter implements ContainerRequestFilter {

    @Override
    public void filter(ContainerRequestContext request) {
        Tracing.correlate(CorrelationId.current());
    }
}
