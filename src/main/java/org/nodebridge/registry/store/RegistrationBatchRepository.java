// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.result.RowView;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.History.Noted;
import org.nodebridge.registry.store.jdbc.Columns;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.nodebridge.registry.store.jdbc.StoreLockedException;
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

    @Inject
    private Jdbi jdbi;

    @Inject
    private RegistrySettings settings;

    @Inject
    private RegistryMetrics metrics;

    /**
     * Applies introspection events and departures under the version guard, then heartbeats.
     *
     * @throws StoreUnavailableException when PostgreSQL is unavailable; the batch may be tried again as it is
     * @throws StoreRefusedException when a row cannot be kept, whichever it is; nothing has been written
     */
    @Transactional
    public StoredBatch store(RegistrationBatch batch) {
        return store(batch, Map.of());
    }

    /**
     * As {@link #store(RegistrationBatch)}, and cordons nodes that are registered by it, whose cordon was lost with
     * their row: in the same transaction, so that none of them is seen without. Of nodes that are there already none
     * changes, nor does one whose cordon was ended before.
     *
     * @param cordons why nodes were cordoned, by node id; of nodes outside the batch, too
     */
    @Transactional
    public StoredBatch store(RegistrationBatch batch, Map<String, String> cordons) {
        // before anything is locked
        List<IntroducedRow> introductions = IntroducedRow.of(batch.introductions(), settings.leases());
        return jdbi.withHandle(handle -> {
            Map<String, RowLocks.Held> held = RowLocks.take(
                    handle, batch.events().stream().map(OfNode::nodeId).collect(Collectors.toSet()));
            Map<String, StoredEvent> introduced =
                    introductions.isEmpty() ? Map.of() : introduce(handle, introductions, held);
            Map<String, StoredEvent> departed =
                    batch.departures().isEmpty() ? Map.of() : depart(handle, batch.departures());
            // a row that has come since would be locked out of order
            List<Heartbeat> heartbeats = batch.heartbeats().stream()
                    .filter(heartbeat -> held.containsKey(heartbeat.nodeId())
                            || introduced.containsKey(heartbeat.nodeId()))
                    .toList();
            Map<String, StoredEvent> renewed =
                    heartbeats.isEmpty() ? Map.of() : renew(handle, heartbeats, held.keySet());
            StoredBatch stored = new StoredBatch(introduced, departed, renewed);
            History.note(handle, stored.changes(batch), settings.retention());
            return cordonAgain(handle, batch, stored, cordons);
        });
    }

    /** After the registrations are noted: the history reads like what happened. */
    private StoredBatch cordonAgain(
            Handle handle, RegistrationBatch batch, StoredBatch stored, Map<String, String> cordons) {
        List<Noted> lost = cordons.isEmpty()
                ? List.of()
                : batch.introductions().stream()
                        .filter(event -> cordons.containsKey(event.nodeId())
                                && stored.introduced().get(event.nodeId()).outcome() == Outcome.CREATED)
                        .map(event -> Noted.by(event, "cordoned"))
                        .toList();
        if (lost.isEmpty()) {
            return stored;
        }
        Set<String> cordoned = handle.createQuery(RegistrationSql.CORDON_AGAIN)
                .bindNamedArgumentFinder(Columns.of(lost)
                        .text("tool_id", Noted::nodeId)
                        .text("reason", noted -> cordons.get(noted.nodeId()))
                        .text("actor", Noted::actor))
                .mapTo(String.class)
                .set();
        History.note(
                handle, lost.stream().filter(noted -> cordoned.contains(noted.nodeId())).toList(),
                settings.retention());
        return stored.withCordons(cordoned);
    }

    /**
     * Tells a record at which PostgreSQL fails from a PostgreSQL that fails at all of them: registers, changes, renews
     * and deregisters a node that there is not, and keeps nothing of it.
     *
     * @throws StoreException when PostgreSQL cannot do that, so that no record is to blame
     */
    @Transactional
    public void rehearse() {
        jdbi.useHandle(handle -> handle.execute("SAVEPOINT rehearsal"));
        NodeDescription node = rehearsed("registry-rehearsal-" + UUID.randomUUID(), "1");
        Instant now = Instant.now();
        store(new RegistrationBatch(
                List.of(new Introduced(node, version(now), now, null, Set.of())), List.of(), List.of()));
        store(new RegistrationBatch(
                List.of(new Introduced(rehearsed(node.nodeId(), "2"), version(now.plusMillis(1)), now, null, Set.of())),
                List.of(),
                List.of(new Heartbeat(
                        node.nodeId(), node.type(), HealthStatus.DEGRADED, 0L, 0.0, 0.0, 0.0,
                        version(now.plusMillis(2)), now, null, Set.of()))));
        store(new RegistrationBatch(List.of(), List.of(new Departed(
                node.nodeId(), node.type(), null, false, null, version(now.plusMillis(3)), now, null, Set.of())),
                List.of()));
        jdbi.useHandle(handle -> handle.execute("ROLLBACK TO SAVEPOINT rehearsal"));
    }

    private static NodeDescription rehearsed(String nodeId, String nodeVersion) {
        return new NodeDescription(
                nodeId, NodeType.EFFECT, null, JsonNodeFactory.instance.objectNode(), Map.of(),
                JsonNodeFactory.instance.objectNode(), nodeVersion, null, null, null, null);
    }

    private static EventVersion version(Instant time) {
        return new EventVersion(null, time, UUID.randomUUID());
    }

    /**
     * As {@link #store(RegistrationBatch, Map)}, but waits for no other session.
     *
     * @throws StoreLockedException when one holds a row of the batch
     */
    @Transactional
    public StoredBatch storeAtOnce(RegistrationBatch batch, Map<String, String> cordons) {
        jdbi.useHandle(RowLocks::waitForNone);
        return store(batch, cordons);
    }

    /**
     * Those of the nodes whose rows another session holds now; one that it has yet to commit is not seen. Waits for
     * none.
     */
    @Transactional
    public Set<String> locked(Collection<String> nodeIds) {
        return jdbi.withHandle(handle -> {
            Set<String> locked = handle
                    .createQuery("SELECT tool_id FROM tool_registrations WHERE tool_id = ANY (:node_ids::text[])")
                    .bind("node_ids", Columns.texts(nodeIds))
                    .mapTo(String.class)
                    .collect(Collectors.toSet());
            locked.removeAll(RowLocks.takeFree(handle, nodeIds));
            return locked;
        });
    }

    private Map<String, StoredEvent> introduce(
            Handle handle, List<IntroducedRow> rows, Map<String, RowLocks.Held> held) {
        Map<String, StoredEvent> stored = new LinkedHashMap<>();
        List<IntroducedRow> same = rows.stream().filter(row -> row.saysTheSameAs(held.get(row.nodeId()))).toList();
        if (!same.isEmpty()) {
            stored.putAll(stored(handle, damped(RegistrationSql.RENEW_UNCHANGED), Columns.of(same)
                    .text("tool_id", IntroducedRow::nodeId)
                    .text("content_hash", IntroducedRow::contentHash)
                    .bigint("epoch", IntroducedRow::epoch)
                    .time("event_timestamp", IntroducedRow::eventTime)
                    .text("event_id", IntroducedRow::eventId)
                    .time("received_at", IntroducedRow::receivedAt)
                    .real("lease_ttl", IntroducedRow::leaseTtl)
                    .text("watch", IntroducedRow::watch)
                    .text("event_position", IntroducedRow::position)));
        }
        List<IntroducedRow> changed = rows.stream().filter(row -> !stored.containsKey(row.nodeId())).toList();
        if (!changed.isEmpty()) {
            stored.putAll(stored(handle, upsert(), IntroducedRow.columns(changed)));
        }
        Map<String, EventVersion> rejected = new LinkedHashMap<>();
        changed.stream()
                .filter(row -> !stored.containsKey(row.nodeId()))
                .forEach(row -> rejected.put(row.nodeId(), row.event().version()));
        stored.putAll(explain(handle, rejected));
        for (IntroducedRow row : changed) {
            stored.computeIfPresent(row.nodeId(),
                    (id, event) -> row.callsForTheCheckOf(held.get(id), event.checkStatus())
                            ? event.withCheckThatStands() : event);
        }
        return stored;
    }

    private Map<String, StoredEvent> depart(Handle handle, List<Departed> departures) {
        Map<String, StoredEvent> stored = stored(handle, damped(RegistrationSql.DEPART), Columns.of(departures)
                .text("tool_id", Departed::nodeId)
                .text("node_type", departed -> departed.type() == null ? null : departed.type().wireName())
                .text("status", departed -> status(departed).wireName())
                .text("status_reason", Departed::reason)
                .bigint("epoch", departed -> departed.version().epoch())
                .time("event_timestamp", departed -> departed.version().eventTime())
                .text("event_id", departed -> departed.version().eventId().toString())
                .time("lease_expires_at", departed -> departed.receivedAt().plus(restartDelay(departed)))
                .text("event_position", departed -> departed.version().position()));
        Map<String, EventVersion> rejected = new LinkedHashMap<>();
        departures.stream()
                .filter(departed -> !stored.containsKey(departed.nodeId()))
                .forEach(departed -> rejected.put(departed.nodeId(), departed.version()));
        stored.putAll(explain(handle, rejected));
        return stored;
    }

    private Map<String, StoredEvent> renew(Handle handle, List<Heartbeat> heartbeats, Set<String> held) {
        Columns<Heartbeat> columns = Columns.of(heartbeats)
                .text("tool_id", Heartbeat::nodeId)
                .time("sent_at", heartbeat -> heartbeat.version().eventTime())
                .time("received_at", Heartbeat::receivedAt)
                .text("health_status",
                        heartbeat -> heartbeat.healthStatus() == null ? null : heartbeat.healthStatus().wireName())
                .bigint("active_operations", Heartbeat::activeOperations)
                .real("uptime_seconds", Heartbeat::uptimeSeconds)
                .real("cpu_percent", Heartbeat::cpuPercent)
                .real("memory_mb", Heartbeat::memoryMb);
        Map<String, StoredEvent> stored = stored(handle, damped(RegistrationSql.RENEW), columns, row -> {
            Double age = row.getColumn("lease_age", Double.class);
            if (age != null) {
                metrics.leaseAge(age);
            }
        });
        List<String> left = heartbeats.stream()
                .map(Heartbeat::nodeId)
                .filter(nodeId -> held.contains(nodeId) && !stored.containsKey(nodeId))
                .toList();
        boolean kept = !left.isEmpty() && handle.createQuery(RegistrationSql.RENEWABLE)
                .bind("node_ids", Columns.texts(left))
                .mapTo(Long.class)
                .one() > 0;
        if (kept) {
            throw StoreRefusedException.kept();
        }
        return stored;
    }

    private static Map<String, StoredEvent> stored(Handle handle, String sql, Columns<?> columns) {
        return stored(handle, sql, columns, row -> {});
    }

    private static Map<String, StoredEvent> stored(
            Handle handle, String sql, Columns<?> columns, Consumer<RowView> also) {
        return handle.createQuery(sql).bindNamedArgumentFinder(columns).reduceRows(
                new LinkedHashMap<>(), (stored, row) -> {
                    also.accept(row);
                    String nodeId = row.getColumn("tool_id", String.class);
                    stored.put(nodeId, new StoredEvent(
                            nodeId,
                            Outcome.valueOf(row.getColumn("outcome", String.class)),
                            row.getColumn("epoch", Long.class),
                            row.getColumn("revision", Long.class),
                            row.getColumn("pending", Boolean.class),
                            row.getColumn("check_status", String.class),
                            row.getColumn("cordoned", Boolean.class),
                            row.getColumn("weight_step", Integer.class), false));
                    return stored;
                });
    }

    /** Tells the very same event that came again from one that is older than what is stored. */
    private static Map<String, StoredEvent> explain(Handle handle, Map<String, EventVersion> rejected) {
        if (rejected.isEmpty()) {
            return Map.of();
        }
        handle.createUpdate(RegistrationSql.MOVE)
                .bindNamedArgumentFinder(Columns.of(rejected.entrySet())
                        .text("tool_id", Map.Entry::getKey)
                        .text("event_id", event -> event.getValue().eventId().toString())
                        .time("event_timestamp", event -> event.getValue().eventTime())
                        .text("event_position", event -> event.getValue().position()))
                .execute();
        Map<String, StoredEvent> explained = stored(
                handle, RegistrationSql.EXPLAIN, Columns.of(rejected.entrySet())
                        .text("tool_id", Map.Entry::getKey)
                        .text("event_id", event -> event.getValue().eventId().toString())
                        .bigint("epoch", event -> event.getValue().epoch())
                        .time("event_timestamp", event -> event.getValue().eventTime())
                        .text("event_position", event -> event.getValue().position()));
        if (explained.size() < rejected.size()
                || explained.values().stream().anyMatch(event -> event.outcome() == Outcome.REFUSED)) {
            throw StoreRefusedException.kept();
        }
        return explained;
    }

    private static RegistrationStatus status(Departed departed) {
        return departed.restartExpected() ? RegistrationStatus.DRAINING : RegistrationStatus.DEPARTED;
    }

    private static Duration restartDelay(Departed departed) {
        return departed.restartExpected() && departed.restartDelay() != null ? departed.restartDelay() : Duration.ZERO;
    }

    private String upsert() {
        return damped(RegistrationSql.upsert(settings.consul().layout().weights()));
    }

    private String damped(String sql) {
        return RegistrationSql.with(settings.leases().damping(), settings.probes().failures(), sql);
    }
}
