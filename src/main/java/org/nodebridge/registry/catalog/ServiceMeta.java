// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.nodebridge.registry.event.NodeDescription;

/** What a service's meta says. The keys are ours and few, so of Consul's limits only that of a value can be met. */
final class ServiceMeta {

    /** The owner mark: whose registration the entry is. */
    static final String REGISTRY_ID = "registry-id";

    /** Consul counts bytes of UTF-8, though its message says characters. */
    static final int LONGEST_VALUE = 512;

    private static final String CUT = "…";

    private final Map<String, String> values = new TreeMap<>();

    private ServiceMeta() {}

    static Map<String, String> of(CatalogChange.Register change, String registryId, int capabilitiesOmitted) {
        NodeDescription node = change.node();
        ServiceMeta meta = new ServiceMeta();
        meta.put(REGISTRY_ID, registryId);
        meta.put("version", node.nodeVersion());
        meta.put("environment", node.environment());
        meta.put("region", node.region());
        meta.put("node-role", node.role());
        meta.put("network-id", node.networkId());
        meta.put("deployment-id", node.deploymentId());
        meta.put("epoch", change.version().epoch());
        meta.put("event-id", change.version().eventId());
        meta.put("event-timestamp", change.version().eventTime());
        meta.put("capabilities-omitted", capabilitiesOmitted == 0 ? null : capabilitiesOmitted);
        return meta.values;
    }

    private void put(String key, Object value) {
        String text = value == null ? "" : value.toString();
        if (!text.isBlank() && ServiceEntry.isWellFormed(text)) {
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
