// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.nodebridge.registry.catalog.CallableAddress;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.event.Endpoint;
import org.nodebridge.registry.event.NodeDescription;

/** What a service's meta says. The keys are ours and few, so of Consul's limits only that of a value can be met. */
final class ServiceMeta {

    /** Consul counts bytes of UTF-8, though its message says characters. */
    static final int LONGEST_VALUE = 512;

    /** Of the 64 keys that Consul takes. */
    private static final int MOST_ENDPOINTS = 32;

    private static final int LONGEST_NAME = 100;

    private static final String CUT = "…";
    private static final String ENDPOINT = "endpoint-";
    private static final String CAPABILITIES_OMITTED = "capabilities-omitted";

    private final Map<String, String> values = new TreeMap<>();

    private ServiceMeta() {}

    /** @param place {@code null} for a node that cannot be called */
    static Map<String, String> of(
            CatalogChange.Register change, OwnerMark owner, int capabilitiesOmitted, CallableAddress place) {
        NodeDescription node = change.node();
        ServiceMeta meta = new ServiceMeta();
        meta.put(OwnerMark.REGISTRY_ID, owner.registryId());
        meta.put(CatalogInstance.INSTALLATION, owner.installation());
        meta.put("version", node.nodeVersion());
        meta.put("environment", node.environment());
        meta.put("region", node.region());
        meta.put("node-role", node.role());
        meta.put("network-id", node.networkId());
        meta.put("deployment-id", node.deploymentId());
        meta.put("epoch", change.version().epoch());
        meta.put("event-id", change.version().eventId());
        meta.put("event-timestamp", change.version().eventTime());
        meta.put(CAPABILITIES_OMITTED, capabilitiesOmitted == 0 ? null : capabilitiesOmitted);
        meta.put(CatalogInstance.NODE_ID, ServiceId.of(node.nodeId()).equals(node.nodeId()) ? null : node.nodeId());
        meta.putEndpoints(node.endpoints(), place);
        return meta.values;
    }

    /** What a node's sidecar proxy says: the same, but for what only callers of the node itself want to know. */
    static Map<String, String> ofSidecar(Map<String, String> ofNode, String nodeId) {
        ServiceMeta meta = new ServiceMeta();
        meta.values.putAll(ofNode);
        meta.values.keySet().removeIf(key -> key.startsWith(ENDPOINT) || key.equals(CAPABILITIES_OMITTED));
        meta.put(CatalogInstance.NODE_ID, nodeId);
        return meta.values;
    }

    /**
     * Where the other endpoints are: scheme, host and port, because a path or a query may hold a credential. What
     * Consul does not take as a key, or whole as a value, is left out.
     */
    private void putEndpoints(Map<String, String> endpoints, CallableAddress place) {
        endpoints.entrySet().stream()
                .filter(named -> place == null || !named.getKey().equals(place.name()))
                .filter(named -> isKey(named.getKey()))
                .sorted(Map.Entry.comparingByKey())
                .limit(MOST_ENDPOINTS)
                .forEach(named -> Endpoint.parse(named.getValue())
                        .filter(Endpoint::isCallable)
                        .map(endpoint -> endpoint.withPath(""))
                        .filter(url -> url.length() <= LONGEST_VALUE)
                        .ifPresent(url -> put(ENDPOINT + named.getKey(), url)));
    }

    /** Consul takes letters, digits, hyphens and underscores, 128 at most. */
    private static boolean isKey(String name) {
        return !name.isEmpty() && name.length() <= LONGEST_NAME
                && name.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                        || c == '-' || c == '_');
    }

    private void put(String key, Object value) {
        String text = value == null ? "" : value.toString();
        if (!text.isBlank() && ServiceDefinition.isWellFormed(text)) {
            values.put(key, cut(text));
        }
    }

    /** Cuts between characters, never within one: half of one is no text that Consul would give back. */
    private static String cut(String text) {
        if (text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_VALUE) {
            return text;
        }
        int left = LONGEST_VALUE - CUT.getBytes(StandardCharsets.UTF_8).length;
        int end = 0;
        while (end < text.length()) {
            int next = end + Character.charCount(text.codePointAt(end));
            left -= text.substring(end, next).getBytes(StandardCharsets.UTF_8).length;
            if (left < 0) {
                break;
            }
            end = next;
        }
        return text.substring(0, end) + CUT;
    }
}
