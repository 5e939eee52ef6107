// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.jdbc.BatchStatement;
import org.nodebridge.registry.store.jdbc.FailureTranslator;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;
import org.nodebridge.registry.store.jdbc.TranslatesFailures;

/**
 * Writes a batch of events and its history in one transaction: all of it or, after an exception, nothing. Safe to call
 * again with the same events, and from many threads and replicas at once.
 */
@ApplicationScoped
@TranslatesFailures
public class RegistrationBatchRepository {

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    @Inject
    private RegistrySettings settings;

    @Inject
    private RegistryMetrics metrics;

    /**
     * Applies introductions and departures under the version guard, then heartbeats.
     *
     * @throws StoreUnavailableException when PostgreSQL is away; the batch may be tried again as it is
     * @throws StoreRefusedException when a row cannot be kept, whichever it is; nothing has been written
     */
    @Transactional
    public StoredBatch store(RegistrationBatch batch) {
        // before anything is locked
        List<IntroducedRow> introductions = IntroducedRow.of(batch.introductions(), settings.leases());
        try (Connection connection = dataSource.getConnection()) {
            Map<String, RowLocks.Held> held = RowLocks.take(
                    connection, batch.events().stream().map(OfNode::nodeId).collect(Collectors.toSet()));
            Map<String, StoredEvent> introduced =
                    introductions.isEmpty() ? Map.of() : introduce(connection, introductions, held);
            Map<String, StoredEvent> departed =
                    batch.departures().isEmpty() ? Map.of() : depart(connection, batch.departures());
            Map<String, StoredEvent> renewed =
                    batch.heartbeats().isEmpty() ? Map.of() : renew(connection, batch.heartbeats());
            StoredBatch stored = new StoredBatch(introduced, departed, renewed);
            History.note(connection, stored.changes(batch), settings.retention());
            return stored;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private Map<String, StoredEvent> introduce(
            Connection connection, List<IntroducedRow> rows, Map<String, RowLocks.Held> held) throws SQLException {
        Map<String, StoredEvent> stored = new LinkedHashMap<>();
        List<IntroducedRow> same = rows.stream().filter(row -> row.saysTheSameAs(held.get(row.nodeId()))).toList();
        if (!same.isEmpty()) {
            try (var renewal = new BatchStatement<>(connection, RegistrationSql.RENEW_UNCHANGED, same)) {
                renewal.text(IntroducedRow::nodeId)
                        .text(IntroducedRow::contentHash)
                        .bigint(IntroducedRow::epoch)
                        .time(IntroducedRow::eventTime)
                        .text(IntroducedRow::eventId)
                        .time(IntroducedRow::receivedAt)
                        .real(IntroducedRow::leaseTtl)
                        .text(IntroducedRow::watch)
                        .text(IntroducedRow::position);
                collect(renewal, stored);
            }
        }
        List<IntroducedRow> changed = rows.stream().filter(row -> !stored.containsKey(row.nodeId())).toList();
        if (!changed.isEmpty()) {
            try (var upsert = new BatchStatement<>(connection, damped(RegistrationSql.UPSERT), changed)) {
                IntroducedRow.bind(upsert);
                collect(upsert, stored);
            }
        }
        Map<String, EventVersion> rejected = new LinkedHashMap<>();
        changed.stream()
                .filter(row -> !stored.containsKey(row.nodeId()))
                .forEach(row -> rejected.put(row.nodeId(), row.event().version()));
        stored.putAll(explain(connection, rejected));
        for (IntroducedRow row : changed) {
            stored.computeIfPresent(row.nodeId(),
                    (id, event) -> row.callsForTheCheckOf(held.get(id), event.checkStatus())
                            ? event.withCheckThatStands() : event);
        }
        return stored;
    }

    private Map<String, StoredEvent> depart(Connection connection, List<Departed> departures) throws SQLException {
        Map<String, StoredEvent> stored = new LinkedHashMap<>();
        try (var departure = new BatchStatement<>(connection, damped(RegistrationSql.DEPART), departures)) {
            departure
                    .text(Departed::nodeId)
                    .text(departed -> departed.type() == null ? null : departed.type().wireName())
                    .text(departed -> status(departed).wireName())
                    .text(Departed::reason)
                    .bigint(departed -> departed.version().epoch())
                    .time(departed -> departed.version().eventTime())
                    .text(departed -> departed.version().eventId().toString())
                    .time(departed -> departed.receivedAt().plus(restartDelay(departed)))
                    .text(departed -> departed.version().position());
            collect(departure, stored);
        }
        Map<String, EventVersion> rejected = new LinkedHashMap<>();
        departures.stream()
                .filter(departed -> !stored.containsKey(departed.nodeId()))
                .forEach(departed -> rejected.put(departed.nodeId(), departed.version()));
        stored.putAll(explain(connection, rejected));
        return stored;
    }

    private Map<String, StoredEvent> renew(Connection connection, List<Heartbeat> heartbeats) throws SQLException {
        Map<String, StoredEvent> renewed = new LinkedHashMap<>();
        try (var renewal = new BatchStatement<>(connection, damped(RegistrationSql.RENEW), heartbeats)) {
            renewal.text(Heartbeat::nodeId)
                    .time(heartbeat -> heartbeat.version().eventTime())
                    .time(Heartbeat::receivedAt)
                    .text(heartbeat -> heartbeat.healthStatus() == null ? null : heartbeat.healthStatus().wireName())
                    .bigint(Heartbeat::activeOperations)
                    .real(Heartbeat::uptimeSeconds)
                    .real(Heartbeat::cpuPercent)
                    .real(Heartbeat::memoryMb);
            collect(renewal, renewed, row -> metrics.leaseAge(row.getDouble("lease_age")));
        }
        return renewed;
    }

    private static void collect(BatchStatement<?> statement, Map<String, StoredEvent> stored) throws SQLException {
        collect(statement, stored, row -> {});
    }

    private static void collect(BatchStatement<?> statement, Map<String, StoredEvent> stored, RowReader also)
            throws SQLException {
        try (ResultSet rows = statement.bound().executeQuery()) {
            while (rows.next()) {
                also.read(rows);
                String nodeId = rows.getString("tool_id");
                stored.put(nodeId, new StoredEvent(
                        nodeId,
                        Outcome.valueOf(rows.getString("outcome")),
                        rows.getObject("epoch", Long.class),
                        rows.getLong("revision"),
                        rows.getBoolean("owed"),
                        rows.getString("check_status")));
            }
        }
    }

    /** Tells the very same event that came again from one that is older than what is stored. */
    private static Map<String, StoredEvent> explain(Connection connection, Map<String, EventVersion> rejected)
            throws SQLException {
        Map<String, StoredEvent> explained = new LinkedHashMap<>();
        if (!rejected.isEmpty()) {
            List<Map.Entry<String, EventVersion>> events = List.copyOf(rejected.entrySet());
            try (var move = new BatchStatement<>(connection, RegistrationSql.MOVE, events)) {
                move.text(Map.Entry::getKey)
                        .text(event -> event.getValue().eventId().toString())
                        .time(event -> event.getValue().eventTime())
                        .text(event -> event.getValue().position());
                move.bound().executeUpdate();
            }
            try (var lookup =
                    new BatchStatement<>(connection, RegistrationSql.EXPLAIN, events)) {
                lookup.text(Map.Entry::getKey).text(event -> event.getValue().eventId().toString());
                collect(lookup, explained);
            }
            Set<String> unknown = new HashSet<>(rejected.keySet());
            unknown.removeAll(explained.keySet());
            unknown.forEach(id -> explained.put(id, new StoredEvent(id, Outcome.UNCHANGED, null, 0, false, null)));
        }
        return explained;
    }

    private static RegistrationStatus status(Departed departed) {
        return departed.restartExpected() ? RegistrationStatus.DRAINING : RegistrationStatus.DEPARTED;
    }

    private static Duration restartDelay(Departed departed) {
        return departed.restartExpected() && departed.restartDelay() != null ? departed.restartDelay() : Duration.ZERO;
    }

    private String damped(String sql) {
        return RegistrationSql.with(settings.leases().damping(), settings.probes().failures(), sql);
    }

    @FunctionalInterface
    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }
}
