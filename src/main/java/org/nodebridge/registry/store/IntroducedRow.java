package org.nodebridge.registry.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.nodebridge.registry.event.ContentHash;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent.Introduced;

/** An introduction as the columns of its row. */
record IntroducedRow(Introduced event, String contentHash, Duration leaseTtl) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static List<IntroducedRow> of(List<Introduced> events, Duration leaseTtl) {
        return events.stream()
                .map(event -> new IntroducedRow(
                        event, ContentHash.of(event.node(), ContentHash.VOLATILE_METADATA), leaseTtl))
                .toList();
    }

    /** Binds the parameters of {@link RegistrationSql#UPSERT}. */
    static void bind(BatchStatement<IntroducedRow> upsert) throws SQLException {
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
                .time(IntroducedRow::leaseExpiresAt);
    }

    String nodeId() {
        return node().nodeId();
    }

    Long epoch() {
        return event.version().epoch();
    }

    Instant eventTime() {
        return event.version().eventTime();
    }

    String eventId() {
        return event.version().eventId().toString();
    }

    Instant receivedAt() {
        return event.receivedAt();
    }

    Instant leaseExpiresAt() {
        return event.receivedAt().plus(leaseTtl);
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
