// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.event.Endpoint;

/**
 * Targets and their labels, as Prometheus' {@code http_sd} wants them; here always one target.
 *
 * @param targets host and port
 * @param labels {@code __meta_registry_*} for relabelling; {@code __scheme__} and {@code __metrics_path__} as the
 *     node's URL has them
 */
@Schema(requiredProperties = {"targets", "labels"})
public record PrometheusTargets(List<String> targets, Map<String, String> labels) {

    private static final String META = "__meta_registry_";

    static PrometheusTargets of(DiscoveredNode node, Endpoint endpoint) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(META + "node_id", node.nodeId());
        labels.put(META + "node_type", node.nodeType());
        labels.put(META + "status", node.status().wireName());
        if (node.version() != null) {
            labels.put(META + "version", node.version());
        }
        if (node.region() != null) {
            labels.put(META + "region", node.region());
        }
        if (!node.capabilities().isEmpty()) {
            // with commas around each, as Prometheus writes the tags of Consul, so that an expression can find a name
            labels.put(META + "capability", "," + String.join(",", node.capabilities()) + ",");
        }
        labels.put("__scheme__", endpoint.scheme());
        String path = URI.create(endpoint.bare()).getRawPath();
        if (path != null && path.length() > 1) {
            labels.put("__metrics_path__", path);
        }
        String host = endpoint.host().contains(":") ? "[" + endpoint.host() + "]" : endpoint.host();
        return new PrometheusTargets(List.of(host + ":" + endpoint.port()), labels);
    }
}
