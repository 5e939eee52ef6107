// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp.Answer;
import org.nodebridge.registry.catalog.consul.http.ConsulRefusal;
import org.nodebridge.registry.event.WireJson;

/**
 * One {@code /v1/txn} request that removes entries, each on the condition that it is unchanged since it was read: a
 * later write stays. It sets no node, because it may be about other Consul nodes than ours.
 */
final class Removal {

    private final List<CatalogInstance> instances;

    Removal(List<CatalogInstance> instances) {
        this.instances = List.copyOf(instances);
    }

    byte[] json() {
        ArrayNode operations = WireJson.PLAIN.createArrayNode();
        for (CatalogInstance instance : instances) {
            operations.addObject().putObject("Service")
                    .put("Verb", "delete-cas")
                    .put("Node", instance.consulNode())
                    .putObject("Service")
                    .put("ID", instance.serviceId())
                    .put("Service", instance.serviceName())
                    .put("ModifyIndex", instance.modifyIndex());
        }
        try {
            return WireJson.PLAIN.writeValueAsBytes(operations);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those that Consul names in its refusal, and why; empty when it names none. */
    Map<CatalogInstance, String> refused(byte[] body) {
        Map<CatalogInstance, String> refused = new LinkedHashMap<>();
        for (JsonNode error : errors(body)) {
            int operation = error.path("OpIndex").asInt(-1);
            if (operation >= 0 && operation < instances.size()) {
                refused.putIfAbsent(
                        instances.get(operation), ConsulRefusal.reason(error.path("What").asText()));
            }
        }
        return refused;
    }

    /** Whether Consul refuses because an entry has changed since it was read, and not for want of permission, say. */
    static boolean isStale(Answer answer) {
        if (answer.status() == 409) {
            for (JsonNode error : errors(answer.body())) {
                if (error.path("What").asText().endsWith("index is stale")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static JsonNode errors(byte[] body) {
        try {
            return WireJson.PLAIN.readTree(body).path("Errors");
        } catch (IOException e) {
            return WireJson.PLAIN.createArrayNode();
        }
    }
}
