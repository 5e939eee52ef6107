// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.nodebridge.registry.config.LeaseSettings;
import org.nodebridge.registry.event.ContentHash;
import org.nodebridge.registry.event.Endpoint;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.store.jdbc.BatchStatement;
import org.nodebridge.registry.store.jdbc.RowLocks;

/** An introduction as the columns of its row. */
record IntroducedRow(Introduced event, String contentHash, LeaseSettings leases) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Below this many it is not worth a second core's while. */
    private static final int FEW = 64;

    public static List<IntroducedRow> of(List<Introduced> events, LeaseSettings leases) {
        return (events.size() < FEW ? events.stream() : events.parallelStream())
                .map(event -> new IntroducedRow(
                        event, ContentHash.of(event.node(), ContentHash.VOLATILE_METADATA), leases))
                .toList();
    }

    /** Binds the parameters of {@link RegistrationSql#UPSERT}. */
    public static void bind(BatchStatement<IntroducedRow> upsert) throws SQLException {
        upsert.text(IntroducedRow::nodeId)
                .text(row -> row.node().type().wireName())
                .text(row -> json(row.node().capabilities()))
                .text(row -> json(row.node().endpoints()))
                .text(row -> json(row.node().metadata()))
                .text(row -> row.node().healthEndpoint())
                .text(row -> row.node().role())
                .text(row -> row.node().nodeVersion())
                .text(row -> row.node().environment())
                .text(row -> row.node().region())
                .text(row -> row.node().networkId())
                .text(row -> row.node().deploymentId())
                .text(row -> row.event.correlationId())
                .text(IntroducedRow::contentHash)
                .bigint(IntroducedRow::epoch)
                .time(IntroducedRow::eventTime)
                .text(IntroducedRow::eventId)
                .time(IntroducedRow::receivedAt)
                .real(IntroducedRow::leaseTtl)
                .text(IntroducedRow::watch)
                .text(IntroducedRow::position);
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
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read from JSON can be written as JSON", e);
        }
    }
}
