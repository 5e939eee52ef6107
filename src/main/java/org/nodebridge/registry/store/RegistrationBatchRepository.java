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
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.OfNode;

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

    /**
     * Applies introductions and departures under the version guard, then heartbeats.
     *
     * @throws StoreUnavailableException when PostgreSQL is away; the batch may be tried again as it is
     * @throws StoreRefusedException when a row cannot be kept, whichever it is; nothing has been written
     */
    @Transactional
    public StoredBatch store(RegistrationBatch batch) {
        try (Connection connection = dataSource.getConnection()) {
            RowLocks.take(connection, batch.events().stream().map(OfNode::nodeId).collect(Collectors.toSet()));
            Map<String, StoredEvent> introduced = batch.introductions().isEmpty()
                    ? Map.of()
                    : introduce(connection, IntroducedRow.of(batch.introductions(), settings.leaseTtl()));
            Map<String, StoredEvent> departed =
                    batch.departures().isEmpty() ? Map.of() : depart(connection, batch.departures());
            Map<String, StoredEvent> renewed =
                    batch.heartbeats().isEmpty() ? Map.of() : renew(connection, batch.heartbeats());
            StoredBatch stored = new StoredBatch(introduced, departed, renewed);
            note(connection, stored);
            return stored;
        } catch (SQLException e) {
            throw FailureTranslator.translated(e);
        }
    }

    private Map<String, StoredEvent> introduce(Connection connection, List<IntroducedRow> rows) throws SQLException {
        Map<String, StoredEvent> stored = new LinkedHashMap<>();
        try (var renewal = new BatchStatement<>(connection, RegistrationSql.RENEW_UNCHANGED, rows)) {
            renewal.text(IntroducedRow::nodeId)
                    .text(IntroducedRow::contentHash)
                    .bigint(IntroducedRow::epoch)
                    .time(IntroducedRow::eventTime)
                    .text(IntroducedRow::eventId)
                    .time(IntroducedRow::receivedAt)
                    .time(IntroducedRow::leaseExpiresAt);
            collect(renewal, stored);
        }
        List<IntroducedRow> changed = rows.stream().filter(row -> !stored.containsKey(row.nodeId())).toList();
        if (!changed.isEmpty()) {
            try (var upsert = new BatchStatement<>(connection, RegistrationSql.UPSERT, changed)) {
                IntroducedRow.bind(upsert);
                collect(upsert, stored);
            }
        }
        Map<String, String> rejected = new LinkedHashMap<>();
        changed.stream()
                .filter(row -> !stored.containsKey(row.nodeId()))
                .forEach(row -> rejected.put(row.nodeId(), row.eventId()));
        stored.putAll(explain(connection, rejected));
        return stored;
    }

    private Map<String, StoredEvent> depart(Connection connection, List<Departed> departures) throws SQLException {
        Map<String, StoredEvent> stored = new LinkedHashMap<>();
        try (var departure = new BatchStatement<>(connection, RegistrationSql.DEPART, departures)) {
            departure
                    .text(Departed::nodeId)
                    .text(departed -> departed.type() == null ? null : departed.type().wireName())
                    .text(departed -> status(departed).wireName())
                    .text(Departed::reason)
                    .bigint(departed -> departed.version().epoch())
                    .time(departed -> departed.version().eventTime())
                    .text(departed -> departed.version().eventId().toString())
                    .time(departed -> departed.receivedAt().plus(drainTime(departed)));
            collect(departure, stored);
        }
        Map<String, String> rejected = new LinkedHashMap<>();
        departures.stream()
                .filter(departed -> !stored.containsKey(departed.nodeId()))
                .forEach(departed -> rejected.put(
                        departed.nodeId(), departed.version().eventId().toString()));
        stored.putAll(explain(connection, rejected));
        return stored;
    }

    private Map<String, StoredEvent> renew(Connection connection, List<Heartbeat> heartbeats) throws SQLException {
        Map<String, StoredEvent> renewed = new LinkedHashMap<>();
        try (var renewal = new BatchStatement<>(connection, RegistrationSql.RENEW, heartbeats)) {
            renewal.text(Heartbeat::nodeId)
                    .time(heartbeat -> heartbeat.version().eventTime())
                    .time(Heartbeat::receivedAt)
                    .time(heartbeat -> heartbeat.receivedAt().plus(settings.leaseTtl()))
                    .text(heartbeat -> heartbeat.healthStatus() == null ? null : heartbeat.healthStatus().wireName())
                    .text(heartbeat -> CheckStatus.of(heartbeat.healthStatus()))
                    .bigint(Heartbeat::activeOperations)
                    .real(Heartbeat::uptimeSeconds)
                    .real(Heartbeat::cpuPercent)
                    .real(Heartbeat::memoryMb);
            collect(renewal, renewed);
        }
        return renewed;
    }

    private static void note(Connection connection, StoredBatch stored) throws SQLException {
        List<Map.Entry<String, String>> changes = stored.changes();
        if (!changes.isEmpty()) {
            try (var history = new BatchStatement<>(connection, RegistrationSql.HISTORY, changes)) {
                history.text(Map.Entry::getKey).text(Map.Entry::getValue);
                history.bound().executeUpdate();
            }
        }
    }

    private static void collect(BatchStatement<?> statement, Map<String, StoredEvent> stored) throws SQLException {
        try (ResultSet rows = statement.bound().executeQuery()) {
            while (rows.next()) {
                String nodeId = rows.getString("tool_id");
                stored.put(nodeId, new StoredEvent(
                        nodeId,
                        Outcome.valueOf(rows.getString("outcome")),
                        rows.getObject("epoch", Long.class),
                        rows.getLong("revision"),
                        rows.getBoolean("owed")));
            }
        }
    }

    /** Tells the very same event that came again from one that is older than what is stored. */
    private static Map<String, StoredEvent> explain(Connection connection, Map<String, String> eventIds)
            throws SQLException {
        Map<String, StoredEvent> explained = new LinkedHashMap<>();
        if (!eventIds.isEmpty()) {
            try (var lookup = new BatchStatement<>(connection, RegistrationSql.EXPLAIN, List.copyOf(eventIds.entrySet()))) {
                lookup.text(Map.Entry::getKey).text(Map.Entry::getValue);
                collect(lookup, explained);
            }
            Set<String> unknown = new HashSet<>(eventIds.keySet());
            unknown.removeAll(explained.keySet());
            unknown.forEach(id -> explained.put(id, new StoredEvent(id, Outcome.UNCHANGED, null, 0, false)));
        }
        return explained;
    }

    private static RegistrationStatus status(Departed departed) {
        return departed.restartExpected() ? RegistrationStatus.DRAINING : RegistrationStatus.DEPARTED;
    }

    private Duration drainTime(Departed departed) {
        Duration delay = departed.restartDelay() == null ? Duration.ZERO : departed.restartDelay();
        return departed.restartExpected() ? settings.leaseTtl().plus(delay) : Duration.ZERO;
    }
}
