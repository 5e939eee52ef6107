// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The types of resources that are served, in the order in which changes of them are sent. */
enum ResourceType {
    CLUSTERS("type.googleapis.com/envoy.config.cluster.v3.Cluster"),
    ENDPOINTS("type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment"),
    LISTENERS("type.googleapis.com/envoy.config.listener.v3.Listener");

    private final String url;

    ResourceType(String url) {
        this.url = url;
    }

    String url() {
        return url;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<ResourceType> ofUrl(String url) {
        return Stream.of(values()).filter(type -> type.url.equals(url)).findFirst();
    }
}
