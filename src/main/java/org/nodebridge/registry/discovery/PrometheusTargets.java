// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.event.Endpoint;

/**
 * Targets and their labels, as Prometheus' {@code http_sd} wants them; here always one target.
 *
 * @param targets host and port
 * @param labels {@code __meta_registry_*} for relabelling; {@code __scheme__}, {@code __metrics_path__} and
 *     {@code __param_*} as the node's URL has them
 */
@Schema(requiredProperties = {"targets", "labels"})
public record PrometheusTargets(List<String> targets, Map<String, String> labels) {

    private static final Pattern PARAMETER = Pattern.compile("[A-Za-z0-9_]+");
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
        URI url = URI.create(endpoint.bare());
        labels.putAll(parameters(url.getRawQuery()));
        String path = url.getRawPath();
        if (path != null && path.length() > 1) {
            labels.put("__metrics_path__", path);
        }
        String host = endpoint.host().contains(":") ? "[" + endpoint.host() + "]" : endpoint.host();
        return new PrometheusTargets(List.of(host + ":" + endpoint.port()), labels);
    }

    /**
     * The parameters of a query as Prometheus takes them: the first value of each, and only names that are names of
     * labels: for the sake of one other it would refuse the whole answer.
     */
    private static Map<String, String> parameters(String query) {
        Map<String, String> labels = new TreeMap<>();
        for (String parameter : query == null ? new String[0] : query.split("&")) {
            int sign = parameter.indexOf('=');
            String name = decoded(sign < 0 ? parameter : parameter.substring(0, sign));
            if (PARAMETER.matcher(name).matches()) {
                labels.putIfAbsent("__param_" + name, decoded(sign < 0 ? "" : parameter.substring(sign + 1)));
            }
        }
        return labels;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8); // every escape in an endpoint's URL is a whole one
    }
}
