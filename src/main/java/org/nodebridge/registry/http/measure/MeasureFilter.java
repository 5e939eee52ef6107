// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.measure;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;

/** Measures what JAX-RS answers, refusals and errors among it: here it is known for which operation the request is. */
@Provider
public class MeasureFilter implements ContainerResponseFilter {

    @Inject
    private RequestMeasure measure;

    @Context
    private ResourceInfo operation;

    @Context
    private HttpServletRequest servletRequest;

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        measure.answered(servletRequest, operation.getResourceMethod(), response.getStatus());
    }
}
