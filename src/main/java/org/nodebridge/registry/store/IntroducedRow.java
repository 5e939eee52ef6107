// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.nodebridge.registry.config.LeaseSettings;
import org.nodebridge.registry.event.ContentHash;
import org.nodebridge.registry.event.Endpoint;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.WireJson;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.RowLocks;

/** An introspection event as the columns of its row. */
record IntroducedRow(Introduced event, String contentHash, LeaseSettings leases) {

    public static List<IntroducedRow> of(List<Introduced> events, LeaseSettings leases) {
        return events.stream()
                .map(event -> new IntroducedRow(
                        event, ContentHash.of(event.node(), ContentHash.VOLATILE_METADATA), leases))
                .toList();
    }

    /** The parameters of {@link RegistrationSql#upsert}. */
    public static Columns<IntroducedRow> columns(List<IntroducedRow> rows) {
        return Columns.of(rows)
                .text("tool_id", IntroducedRow::nodeId)
                .text("node_type", row -> row.node().type().wireName())
                .text("capabilities", row -> json(row.node().capabilities()))
                .text("endpoints", row -> json(row.node().endpoints()))
                .text("metadata", row -> json(row.node().metadata()))
                .text("health_endpoint", row -> row.node().healthEndpoint())
                .text("node_role", row -> row.node().role())
                .text("node_version", row -> row.node().nodeVersion())
                .text("environment", row -> row.node().environment())
                .text("region", row -> row.node().region())
                .text("network_id", row -> row.node().networkId())
                .text("deployment_id", row -> row.node().deploymentId())
                .text("correlation_id", row -> row.event.correlationId())
                .text("content_hash", IntroducedRow::contentHash)
                .bigint("epoch", IntroducedRow::epoch)
                .time("event_timestamp", IntroducedRow::eventTime)
                .text("event_id", IntroducedRow::eventId)
                .time("received_at", IntroducedRow::receivedAt)
                .real("lease_ttl", IntroducedRow::leaseTtl)
                .text("watch", IntroducedRow::watch)
                .text("event_position", IntroducedRow::position);
    }

    public String nodeId() {
        return node().nodeId();
    }

    public Long epoch() {
        return event.version().epoch();
    }

    public Instant eventTime() {
        return event.version().eventTime();
    }

    public String eventId() {
        return event.version().eventId().toString();
    }

    public String position() {
        return event.version().position();
    }

    public Instant receivedAt() {
        return event.receivedAt();
    }

    /** In seconds: what the node wishes within the limits, else what the settings say of its type. */
    public Double leaseTtl() {
        JsonNode wish = node().metadata().path("lease_ttl_seconds");
        return wish.isNumber()
                ? leases.within(wish.doubleValue())
                : leases.ttl(node().type().wireName()).toMillis() / 1000.0;
    }

    public String watch() {
        return leases.watch(node().type().wireName()).wireName();
    }

    /** Whether the row that was held, if there was one, has the same content. */
    public boolean saysTheSameAs(RowLocks.Held held) {
        return held != null && held.contentHash().equals(contentHash);
    }

    /**
     * Whether Consul has confirmed the very check that this row calls for. What it says depends on whether the node can
     * be called, too: that is known to be as it was only where the health endpoint, the same as before, can be.
     *
     * @param status what the check is to say
     */
    public boolean callsForTheCheckOf(RowLocks.Held held, String status) {
        return held != null
                && Endpoint.parse(node().healthEndpoint()).filter(Endpoint::isHttp).isPresent()
                && new RowLocks.Check(node().type().wireName(), node().healthEndpoint(), status).equals(held.check());
    }

    private NodeDescription node() {
        return event.node();
    }

    private static String json(Object value) {
        try {
            return WireJson.PLAIN.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read from JSON can be written as JSON", e);
        }
    }
}
