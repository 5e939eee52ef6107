// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nodebridge.registry.event.Endpoint;

/**
 * Where callers reach a node: the first endpoint of the names in the settings that has a host and a port, else the
 * first by name of the others with http or https.
 *
 * @param name the endpoint that provides it
 */
public record CallableAddress(String name, Endpoint endpoint) {

    /** Empty for a node without a callable address. */
    public static Optional<CallableAddress> of(Map<String, String> endpoints, List<String> names) {
        for (String name : names) {
            Optional<Endpoint> endpoint = Endpoint.parse(endpoints.get(name)).filter(Endpoint::isCallable);
            if (endpoint.isPresent()) {
                return Optional.of(new CallableAddress(name, endpoint.get()));
            }
        }
        // by name, as PostgreSQL does not keep the order in which they were sent
        return new TreeMap<>(endpoints)
                .entrySet().stream()
                .flatMap(named -> Endpoint.parse(named.getValue())
                        .filter(endpoint -> endpoint.isHttp() && endpoint.isCallable())
                        .map(endpoint -> new CallableAddress(named.getKey(), endpoint))
                        .stream())
                .findFirst();
    }

    /** Why the node cannot be called, for a person; {@code null} when it can be called. */
    public static String obstacle(Map<String, String> endpoints, List<String> names) {
        if (of(endpoints, names).isPresent()) {
            return null;
        }
        return endpoints.isEmpty()
                ? "the node names no endpoint"
                : "no endpoint that counts gives a host and a port: the ones called " + String.join(" or ", names)
                        + " count with any scheme, others with http or https";
    }
}
