// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import java.net.URI;
import java.util.Optional;
import org.nodebridge.registry.config.ProbeSettings;
import org.nodebridge.registry.event.Endpoint;

/** Where a node is asked for its health. */
public final class ProbeTarget {

    private ProbeTarget() {}

    /**
     * The URL to ask: the announced one without user info and fragment, with the path that is set for the type in place
     * of its own. Empty when there is nothing to ask by http or https.
     *
     * @param nodeType the type's wire name
     * @param healthEndpoint as announced; {@code null} for none
     */
    public static Optional<URI> of(String nodeType, String healthEndpoint, ProbeSettings settings) {
        String path = settings.path(nodeType);
        return Endpoint.parse(healthEndpoint)
                .filter(Endpoint::isHttp)
                .map(endpoint -> URI.create(path.isEmpty() ? endpoint.bare() : endpoint.withPath(path)));
    }
}
