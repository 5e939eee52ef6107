// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.api;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.UriBuilder;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;

/**
 * Lets a node be called {@code batch}: only a POST there means many registrations. For every other method the name is
 * written so that it is matched as any node's id is, and read as the same.
 */
@Provider
@PreMatching
public class NodesOfReservedNames implements ContainerRequestFilter {

    private static final String RESERVED = "/registrations/batch";
    private static final String ESCAPED = "/registrations/%62atch";

    @Override
    public void filter(ContainerRequestContext request) {
        URI uri = request.getUriInfo().getRequestUri();
        if (uri.getRawPath().endsWith(RESERVED) && !HttpMethod.POST.equals(request.getMethod())) {
            String path = uri.getRawPath().substring(0, uri.getRawPath().length() - RESERVED.length()) + ESCAPED;
            request.setRequestUri(UriBuilder.fromUri(uri).replacePath(path).build());
        }
    }
}
