// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.ext.Provider;

/**
 * Forbids caches to keep an answer that is for one caller. What has an ETag may be kept by that caller's own browser,
 * and is asked for again each time.
 */
@Provider
public class CacheFilter implements ContainerResponseFilter {

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        if (!response.getHeaders().containsKey("Cache-Control")) {
            response.getHeaders()
                    .putSingle("Cache-Control", response.getEntityTag() == null ? "no-store" : "private, no-cache");
        }
    }
}
