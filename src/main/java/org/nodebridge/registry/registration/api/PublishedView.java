// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import org.nodebridge.registry.event.WireJson;
import org.nodebridge.registry.registration.api.OtherHomes.Published;
import org.nodebridge.registry.store.ToolRegistration.Cordon;
import org.nodebridge.registry.store.jdbc.StoredTime;

/**
 * A node of another region in the form of our own: what is of another type than that form has, or is known of our own
 * nodes only, is left out. Its region is that of the topic, regardless of what the record claims.
 */
public final class PublishedView {

    private PublishedView() {}

    public static RegistrationView of(Published node) {
        JsonNode it = tree(node.others());
        return new RegistrationView(
                node.place().nodeId(),
                text(it, "node_type"),
                text(it, "node_role"),
                text(it, "version"),
                text(it, "environment"),
                text(it, "region"),
                text(it, "status"),
                text(it, "status_reason"),
                text(it, "health"),
                text(it, "health_status"),
                null,
                null,
                it.path("callable").asBoolean(true),
                text(it, "not_callable_reason"),
                null,
                node.capabilities(),
                node.endpoints(),
                node.metadata(),
                null,
                text(it, "network_id"),
                text(it, "deployment_id"),
                it.path("epoch").canConvertToLong() ? it.path("epoch").longValue() : null,
                time(it, "event_timestamp"),
                null,
                node.revision(),
                null,
                null,
                null,
                null,
                null,
                time(it, "damped_until"),
                cordon(it.path("cordon")),
                time(it, "registered_at"),
                time(it, "updated_at"),
                null,
                null,
                null,
                null,
                node.place().region(),
                node.linkState(),
                node.importedAt(),
                node.unreadableSince(),
                null);
    }

    private static JsonNode tree(String json) {
        try {
            return WireJson.PLAIN.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL gives JSON that is none", e);
        }
    }

    private static String text(JsonNode object, String member) {
        return object.path(member).textValue();
    }

    private static StoredTime time(JsonNode object, String member) {
        return StoredTime.at(instant(object, member));
    }

    private static Instant instant(JsonNode object, String member) {
        try {
            Instant time = Instant.parse(object.path(member).asText(""));
            return StoredTime.readable(time.toString()) ? time : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Cordon cordon(JsonNode cordon) {
        return cordon.isObject()
                ? new Cordon(text(cordon, "reason"), instant(cordon, "since"), instant(cordon, "until"),
                        text(cordon, "by"))
                : null;
    }
}
