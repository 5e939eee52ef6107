// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A service as Consul's own API shows it.
 *
 * @param modifyIndex grows with every write that changes it
 * @param check the service's check; missing when it has none
 */
record ConsulService(
        String id,
        String name,
        List<String> tags,
        Map<String, String> meta,
        String address,
        int port,
        long modifyIndex,
        JsonNode check) {

    static ConsulService of(JsonNode service, JsonNode check) {
        List<String> tags = new ArrayList<>();
        service.path("Tags").forEach(tag -> tags.add(tag.textValue()));
        Map<String, String> meta = new TreeMap<>();
        service.path("Meta").properties().forEach(entry -> meta.put(entry.getKey(), entry.getValue().textValue()));
        return new ConsulService(
                service.path("ID").textValue(),
                service.path("Service").textValue(),
                tags,
                meta,
                service.path("Address").textValue(),
                service.path("Port").intValue(),
                service.path("ModifyIndex").longValue(),
                check);
    }

    /** The service's own id, unless the meta says that it is made from the node's. */
    String nodeId() {
        return meta.getOrDefault("node-id", id);
    }

    /** passing, warning or critical; {@code null} without a check. */
    String status() {
        return check.path("Status").textValue();
    }

    /** The URL at which the check may be probed; {@code null} for none. */
    String checkUrl() {
        return check.path("Definition").path("HTTP").textValue();
    }
}
