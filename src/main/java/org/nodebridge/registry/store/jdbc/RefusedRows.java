// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows that PostgreSQL refuses to change, such as those that break a rule that another program has added to the table,
 * or at which a trigger of it fails, and keeps from holding up any other: a statement that is refused is repeated by
 * halves, until the refused row is alone. Such a row stays as it is, is named in the log once and counted each time,
 * and is not tried again for ten seconds, longer where many are refused. Each class that changes rows in batches has
 * one of its own. Safe for many threads.
 */
@Dependent
public class RefusedRows {

    private static final Logger LOG = LoggerFactory.getLogger(RefusedRows.class);

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** So many are tried again within that time, at some two statements each. */
    private static final int RETRIED = 100;

    /** Beyond it the one refused first is forgotten, and so tried again sooner than it should be; some megabytes. */
    private static final int MAX_KEPT = 10_000;

    private final RegistryMetrics metrics;
    private final LongSupplier nanoTime;
    private final Map<Key, Long> refusedAt = new LinkedHashMap<>();

    @Inject
    public RefusedRows(RegistryMetrics metrics) {
        this(metrics, System::nanoTime);
    }

    RefusedRows(RegistryMetrics metrics, LongSupplier nanoTime) {
        this.metrics = metrics;
        this.nanoTime = nanoTime;
    }

    /** @param event {@code null} where nothing was refused */
    private record Key(String event, String nodeId) {}

    /** The nodes that are not to be tried now, to leave them out of what is chosen. */
    public synchronized Set<String> lately() {
        long now = nanoTime.getAsLong();
        refusedAt.entrySet().removeIf(each -> each.getKey().event() == null && now - each.getValue() >= RETRY_NANOS);
        long count = refusedAt.keySet().stream().filter(key -> key.event() != null).count();
        long retry = RETRY_NANOS * (1 + count / RETRIED);
        Set<String> lately = new HashSet<>();
        refusedAt.forEach((key, at) -> {
            if (now - at < retry) {
                lately.add(key.nodeId());
            }
        });
        return lately;
    }

    /** Leaves nodes out for ten seconds of which nothing was refused, and nothing has become either. */
    public synchronized void leaveOut(Collection<String> nodeIds) {
        nodeIds.forEach(nodeId -> put(new Key(null, nodeId)));
    }

    /**
     * Changes rows.
     *
     * @param event what happens to the rows, in a word or two: a label of the metric
     * @param change a transaction of its own each time; may be called again with rows that it has refused
     * @return what the changes gave together, without that of the refused rows
     * @throws StoreException when PostgreSQL fails otherwise; some of the rows may be changed
     */
    public <T, R> List<R> without(
            String event, List<T> rows, Function<T, String> nodeId, Function<List<T>, ? extends Collection<R>> change) {
        List<R> changed = new ArrayList<>();
        halve(event, rows, nodeId, change, changed);
        return changed;
    }

    /**
     * The same where the changes wait for rows that another session holds: once, then all others are changed, and these
     * stay as they are.
     *
     * @param locked those of the nodes whose rows another session holds now
     */
    public <T, R> List<R> withoutLocked(
            String event, List<T> rows, Function<T, String> nodeId, Function<List<T>, ? extends Collection<R>> change,
            Function<Collection<String>, Set<String>> locked) {
        List<R> changed = new ArrayList<>();
        try {
            halve(event, rows, nodeId, change, changed);
        } catch (StoreLockedException e) {
            Set<String> held = locked.apply(rows.stream().map(nodeId).toList());
            LOG.atWarn().addKeyValue("nodes", held.size()).addKeyValue("event", event)
                    .addKeyValue("first", held.stream().findFirst().orElse(null))
                    .log("Rows of nodes are locked by another session of PostgreSQL, and stay as they are");
            halve(event, rows.stream().filter(row -> !held.contains(nodeId.apply(row))).toList(), nodeId, change,
                    changed);
        }
        return changed;
    }

    private <T, R> void halve(
            String event, List<T> rows, Function<T, String> nodeId, Function<List<T>, ? extends Collection<R>> change,
            List<R> changed) {
        if (rows.isEmpty()) {
            return;
        }
        try {
            changed.addAll(change.apply(rows));
            changed(event, rows, nodeId);
        } catch (StoreException e) {
            if (!(e instanceof StoreRefusedException
                    || e instanceof StoreDefectException defect && defect.ofTrigger())) {
                throw e;
            }
            if (rows.size() == 1) {
                refused(event, nodeId.apply(rows.get(0)), e);
                return;
            }
            int middle = rows.size() / 2;
            halve(event, rows.subList(0, middle), nodeId, change, changed);
            halve(event, rows.subList(middle, rows.size()), nodeId, change, changed);
        }
    }

    private synchronized <T> void changed(String event, List<T> rows, Function<T, String> nodeId) {
        if (!refusedAt.isEmpty()) {
            rows.forEach(row -> refusedAt.remove(new Key(event, nodeId.apply(row))));
        }
    }

    private synchronized void refused(String event, String nodeId, StoreException reason) {
        metrics.refusedRow(event);
        if (!put(new Key(event, nodeId))) {
            LOG.atWarn().addKeyValue("node", nodeId).addKeyValue("event", event)
                    .addKeyValue("reason", reason.getMessage())
                    .log("PostgreSQL refuses to change the row of a node; it stays as it is and is tried again");
        }
    }

    /** Whether it was there before. */
    private boolean put(Key key) {
        boolean before = refusedAt.remove(key) != null;
        if (refusedAt.size() >= MAX_KEPT) {
            refusedAt.remove(refusedAt.keySet().iterator().next());
        }
        refusedAt.put(key, nanoTime.getAsLong());
        return before;
    }
}
