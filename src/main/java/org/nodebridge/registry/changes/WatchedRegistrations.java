// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.nodebridge.registry.changes.Change.Kind;
import org.nodebridge.registry.changes.RemoteChanges.RemoteNode;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.http.JsonFormat;
import org.nodebridge.registry.registration.api.PublishedView;
import org.nodebridge.registry.registration.api.RegistrationView;
import org.nodebridge.registry.store.ToolRegistration;

/** Shows rows and changes to those who watch, a registration as everywhere else in the interface. */
@ApplicationScoped
class WatchedRegistrations implements Representation {

    private static final ObjectMapper JSON = new JsonFormat().getContext(ObjectNode.class);

    @Inject
    private RegistrySettings settings;

    @Override
    public String registration(ToolRegistration row) {
        return text(view(row));
    }

    @Override
    public String change(Change change, ToolRegistration row) {
        ObjectNode data = JSON.createObjectNode().put("revision", change.revision());
        if (change.kind() == Kind.REMOVED) {
            data.put("node_id", change.nodeId());
            data.put("node_type", change.nodeType());
            data.put("removal_reason", change.removalReason());
            return text(data);
        }
        data.putPOJO("changed_fields", change.changedFields());
        ObjectNode registration = row == null ? ofHistory(change) : JSON.valueToTree(view(row));
        registration.put("status", change.status());
        registration.put("health", change.health());
        if (change.reason() == null) {
            registration.remove("status_reason");
        } else {
            registration.put("status_reason", change.reason());
        }
        data.set("registration", registration);
        return text(data);
    }

    @Override
    public String remote(String region, RemoteNode node) {
        ObjectNode data = JSON.createObjectNode().put("region", region);
        return text(node.published() == null
                ? data.put("node_id", node.nodeId())
                : data.set("registration", JSON.valueToTree(PublishedView.of(node.published()))));
    }

    private RegistrationView view(ToolRegistration row) {
        return RegistrationView.of(row, settings.consul().layout());
    }

    /** The row has been cleared since, so the node has left long ago; this is what the history still knows of it. */
    private static ObjectNode ofHistory(Change change) {
        ObjectNode registration = JSON.createObjectNode()
                .put("node_id", change.nodeId())
                .put("node_type", change.nodeType())
                .put("epoch", change.epoch())
                .put("event_timestamp", change.eventTimestamp().text());
        if (change.content() != null) {
            registration.setAll(object(change.content().others()));
            registration.putRawValue("capabilities", new RawValue(change.content().capabilities()));
            registration.putRawValue("endpoints", new RawValue(change.content().endpoints()));
            registration.putRawValue("metadata", new RawValue(change.content().metadata()));
        }
        registration.properties().removeIf(field -> field.getValue().isNull());
        return registration;
    }

    private static ObjectNode object(String json) {
        try {
            return JSON.readValue(json, ObjectNode.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL gave JSON that is no object", e);
        }
    }

    private static String text(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a registration was not written", e);
        }
    }
}
