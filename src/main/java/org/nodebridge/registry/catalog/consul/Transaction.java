// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.catalog.consul.http.ConsulRefusal;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.WireJson;

/**
 * The operations of one {@code /v1/txn} request, and whose each is. The first sets the external node, so that
 * nothing has to be prepared in Consul, and nothing repaired after it was removed. Not thread-safe.
 */
final class Transaction {

    /** A registration is its service and its check. */
    private static final int OPERATIONS_PER_CHANGE = 2;

    private final ConsulSettings settings;
    private final OwnerMark owner;
    private final EntryJson json;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final JsonGenerator operations;
    private final List<String> owners = new ArrayList<>();

    Transaction(ConsulSettings settings, OwnerMark owner, CheckAddresses addresses) {
        this.settings = settings;
        this.owner = owner;
        this.json = new EntryJson(settings, owner, addresses);
        try {
            operations = WireJson.PLAIN.createGenerator(body);
            operations.writeStartArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        setNode();
    }

    /** How many changes fit beside the node. */
    static int capacity(int mostOperations) {
        return (mostOperations - 1) / OPERATIONS_PER_CHANGE;
    }

    /** @throws CatalogRefusedException when the node cannot be shown; the transaction is then of no more use */
    void append(CatalogChange change) {
        if (change instanceof CatalogChange.Register register) {
            ServiceEntry entry = ServiceDefinition.of(register, settings.layout(), owner);
            setService(change.nodeId(), entry);
            if (!register.checkStands()) {
                setCheck(register, entry);
            }
        } else {
            deleteService(change.nodeId());
        }
    }

    byte[] json() {
        try {
            operations.writeEndArray();
            operations.close();
            return body.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What Consul's refusal says of each change; of all when it refuses the node that they belong to. */
    CatalogRefusedException refusal(byte[] body) {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (JsonNode error : errors(body)) {
            String reason = ConsulRefusal.reason(error.path("What").asText());
            int operation = error.path("OpIndex").asInt(-1);
            if (operation == 0) {
                return CatalogRefusedException.ofAll(
                        "Consul refused its node " + settings.nodeName() + ": " + reason,
                        owners.subList(1, owners.size()));
            }
            if (operation > 0 && operation < owners.size()) {
                reasons.putIfAbsent(owners.get(operation), reason);
            }
        }
        return new CatalogRefusedException("Consul refused the transaction: " + reasons.values(), reasons);
    }

    private static JsonNode errors(byte[] body) {
        try {
            return WireJson.PLAIN.readTree(body).path("Errors");
        } catch (IOException e) {
            return WireJson.PLAIN.createArrayNode();
        }
    }

    private void setNode() {
        ObjectNode node =
                WireJson.PLAIN.createObjectNode().put("Node", settings.nodeName()).put("Address", EntryJson.ADDRESS);
        node.set("Meta", EntryJson.nodeMeta());
        operation(null, "Node", verb("set").set("Node", node));
    }

    private void setService(String nodeId, ServiceEntry entry) {
        operation(nodeId, "Service",
                verb("set").put("Node", settings.nodeName()).set("Service", EntryJson.service(entry)));
    }

    private void setCheck(CatalogChange.Register change, ServiceEntry entry) {
        operation(change.nodeId(), "Check", verb("set").set("Check", json.check(change, entry, entry)));
    }

    /** Consul wants a name to look for service:write on, and deletes by id; so any of our names does. */
    private void deleteService(String nodeId) {
        ObjectNode service = WireJson.PLAIN.createObjectNode()
                .put("ID", ServiceId.of(nodeId))
                .put("Service", settings.servicePrefix() + NodeType.EFFECT.wireName());
        operation(nodeId, "Service", verb("delete").put("Node", settings.nodeName()).set("Service", service));
    }

    private static ObjectNode verb(String verb) {
        return WireJson.PLAIN.createObjectNode().put("Verb", verb);
    }

    private void operation(String owner, String kind, JsonNode operation) {
        owners.add(owner);
        try {
            operations.writeTree(WireJson.PLAIN.createObjectNode().set(kind, operation));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
