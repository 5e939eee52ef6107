// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.PreMatching;
import jakarta.ws.rs.core.UriBuilder;
import jakarta.ws.rs.ext.Provider;
import java.net.URI;
import org.nodebridge.registry.security.ReadMethods;

/**
 * Lets nodes be called {@code batch} and {@code watch}: only a POST of the one means many registrations, and only a
 * read of the other the stream. For every other method the name is written so that it is matched as any node's id is,
 * and read as the same; so it is before what is asked of a node, such as its history. A node called {@code watch} is
 * read by {@code ?node_id=}.
 */
@Provider
@PreMatching
public class ReservedNodeIds implements ContainerRequestFilter {

    private static final String PARENT = "/registrations/";

    @Override
    public void filter(ContainerRequestContext request) {
        URI uri = request.getUriInfo().getRequestUri();
        String path = uri.getRawPath();
        int start = path.indexOf(PARENT) + PARENT.length();
        if (start < PARENT.length()) {
            return;
        }
        int end = path.indexOf('/', start);
        String name = end < 0 ? path.substring(start) : path.substring(start, end);
        boolean node = switch (name) {
            case "batch" -> end >= 0 || !HttpMethod.POST.equals(request.getMethod());
            case "watch" -> end >= 0 || !ReadMethods.isSafe(request.getMethod());
            default -> false;
        };
        if (node) {
            String escaped = path.substring(0, start) + "%" + Integer.toHexString(name.charAt(0))
                    + path.substring(start + 1);
            request.setRequestUri(UriBuilder.fromUri(uri).replacePath(escaped).build());
        }
    }
}
