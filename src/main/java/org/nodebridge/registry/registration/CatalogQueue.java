// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.concurrent.BatchProcessor;
import org.nodebridge.registry.concurrent.BoundedWait;
import org.nodebridge.registry.tracing.StepSpans;

/**
 * Changes that wait to be written to Consul, of each node the newest. Several transactions are under way at once, each
 * with as much as fits of what waits when it begins; of one node never two, so that the later change is written last.
 * Safe for many threads.
 */
final class CatalogQueue {

    /**
     * More than keeps all transactions busy, and little enough to be written, even by a slow Consul, before
     * {@code PendingWritesSweep} takes it for left behind.
     */
    private static final int MOST_WAITING = 1_000;

    /** Nodes that Consul has confirmed and that PostgreSQL has not recorded; then transactions wait for that. */
    private static final int MOST_TO_RECORD = 10_000;

    private final long mostBytes;
    private final Function<List<CatalogChange>, CatalogOutcome> writer;
    private final IntSupplier transactionSize;
    private final int transactionsAtOnce;
    private final Executor executor;
    private final BatchProcessor<Written> notes;
    private final Duration maxWait;

    private final Map<String, Waiting> waiting = new LinkedHashMap<>();
    private final Set<String> underWay = new HashSet<>();
    private int transactions;
    private long bytes;

    /**
     * @param mostBytes no more is taken while what waits or is under way weighs so much
     * @param writer writes one transaction, and throws nothing
     * @param transactionSize the most changes in a transaction
     * @param note takes down in PostgreSQL what Consul said of rows; throws nothing
     * @param executor has a thread for each transaction, and one for the notes
     */
    CatalogQueue(
            long mostBytes, Function<List<CatalogChange>, CatalogOutcome> writer, IntSupplier transactionSize,
            int transactionsAtOnce,
            Note note, Executor executor) {
        this(mostBytes, writer, transactionSize, transactionsAtOnce, note, executor, BoundedWait.MAX_WAIT);
    }

    /** @param maxWait how long a caller waits for room, and a transaction for what is to be recorded before it */
    CatalogQueue(
            long mostBytes, Function<List<CatalogChange>, CatalogOutcome> writer, IntSupplier transactionSize,
            int transactionsAtOnce,
            Note note, Executor executor, Duration maxWait) {
        this.maxWait = maxWait;
        this.mostBytes = mostBytes;
        this.writer = writer;
        this.transactionSize = transactionSize;
        this.transactionsAtOnce = transactionsAtOnce;
        this.executor = executor;
        this.notes = new BatchProcessor<>(
                executor, MOST_TO_RECORD, MOST_TO_RECORD, written -> note(note, written));
    }

    /** Takes down what Consul said. */
    @FunctionalInterface
    interface Note {

        /**
         * @param confirmed node id to the revision that Consul has
         * @param refused node id to why
         * @param revisions of what was refused
         */
        void take(Map<String, Long> confirmed, Map<String, String> refused, Map<String, Long> revisions);
    }

    /**
     * What is to become of a node in Consul.
     *
     * @param revision of the row that says so; {@code null} when no row does, so that there is nothing to take down
     * @param bytes of heap, roughly
     */
    record Entry(CatalogChange change, Long revision, long bytes) {

        Entry(CatalogChange change, Long revision) {
            this(change, revision, change.bytes());
        }

        String nodeId() {
            return change.nodeId();
        }
    }

    /**
     * Has changes written. Waits only while too many others do, or too large ones.
     *
     * @param entries of one node at most one
     * @return what became of each of these nodes, with these changes or newer ones, once that is recorded
     */
    CompletionStage<CatalogOutcome> put(Collection<Entry> entries) {
        if (entries.isEmpty()) {
            return CompletableFuture.completedFuture(CatalogOutcome.NOTHING);
        }
        CatalogSubmission submission = new CatalogSubmission(entries.size());
        enqueue(entries, submission);
        return submission.outcome();
    }

    private synchronized void enqueue(Collection<Entry> entries, CatalogSubmission submission) {
        long end = System.nanoTime() + maxWait.toNanos();
        while (waiting.size() >= MOST_WAITING || bytes >= mostBytes) {
            String why = "the registry stops";
            try {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left > 0) {
                    wait(left);
                    continue;
                }
                why = "too much waits to be written to Consul";
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            submission.unavailable(entries.stream().map(Entry::nodeId).toList(), why);
            return;
        }
        for (Entry entry : entries) {
            bytes += waiting.computeIfAbsent(entry.nodeId(), id -> new Waiting()).add(entry, submission);
        }
        begin();
    }

    /** Whether nothing waits, is under way or is still to be recorded. */
    synchronized boolean idle() {
        return waiting.isEmpty() && transactions == 0 && notes.idle();
    }

    /** Beside others only as many as will be full: the rest goes with whichever begins next, and costs less so. */
    private void begin() {
        int wanted = Math.max(waiting.size() / transactionSize(), transactions == 0 ? 1 : 0);
        for (int begun = 0; begun < wanted && transactions < transactionsAtOnce; begun++) {
            transactions++;
            executor.execute(this::work);
        }
    }

    private int transactionSize() {
        return Math.max(1, transactionSize.getAsInt());
    }

    private void work() {
        for (List<Waiting> some = next(); !some.isEmpty(); some = next()) {
            StepSpans spans = StepSpans.NONE;
            for (Waiting one : some) {
                spans = spans.and(TracedWrites.beginConsul(one.entry.nodeId(), one.submissions, some.size()));
            }
            CatalogOutcome outcome = writer.apply(some.stream().map(one -> one.entry.change()).toList());
            spans.end(nodeId -> TracedWrites.outcome(outcome, nodeId));
            done(some, outcome);
        }
    }

    private synchronized List<Waiting> next() {
        List<Waiting> some = new ArrayList<>();
        int most = transactionSize();
        Iterator<Map.Entry<String, Waiting>> all = waiting.entrySet().iterator();
        while (some.size() < most && all.hasNext()) {
            Map.Entry<String, Waiting> one = all.next();
            if (underWay.add(one.getKey())) {
                some.add(one.getValue());
                all.remove();
            }
        }
        if (some.isEmpty()) {
            transactions--;
        }
        notifyAll();
        return some;
    }

    private void done(List<Waiting> some, CatalogOutcome outcome) {
        List<Written> written = new ArrayList<>();
        List<Waiting> givenUp = new ArrayList<>();
        synchronized (this) {
            for (Waiting one : some) {
                String nodeId = one.entry.nodeId();
                underWay.remove(nodeId);
                bytes -= one.entry.bytes();
                // where a newer change waits, what PostgreSQL notes is what becomes of that
                boolean last = !waiting.containsKey(nodeId) && one.entry.revision() != null;
                written.add(new Written(nodeId, one.entry.revision(), one.submissions, outcome, last));
            }
            if (!outcome.unavailable().isEmpty()) {
                givenUp.addAll(waiting.values()); // an outage holds all callers up once, and not one after the other
                waiting.values().forEach(one -> bytes -= one.entry.bytes());
                waiting.clear();
            }
            notifyAll();
        }
        givenUp.forEach(one -> one.submissions.forEach(
                submission -> submission.unavailable(List.of(one.entry.nodeId()), outcome.unavailableReason())));
        written.stream().filter(one -> !one.toBeNoted()).forEach(Written::tell);
        // what cannot be recorded stays pending
        written.stream().filter(one -> one.toBeNoted() && !notes.offer(one, maxWait)).forEach(Written::tell);
    }

    private void note(Note note, List<Written> written) {
        Map<String, Long> confirmed = new LinkedHashMap<>();
        Map<String, String> refused = new HashMap<>();
        Map<String, Long> revisions = new HashMap<>();
        Set<String> again = writtenAgain(written);
        for (Written one : written) {
            if (again.contains(one.nodeId)) {
                continue;
            }
            String reason = one.outcome.refused().get(one.nodeId);
            // of a node that was written twice since the last note, what came of it last
            if (reason == null) {
                confirmed.put(one.nodeId, one.revision);
                refused.remove(one.nodeId);
            } else {
                confirmed.remove(one.nodeId);
                refused.put(one.nodeId, reason);
                revisions.put(one.nodeId, one.revision);
            }
        }
        note.take(confirmed, refused, revisions);
        written.forEach(Written::tell);
    }

    /**
     * The nodes of which a newer change has come since: what PostgreSQL notes is what becomes of that. To confirm the
     * older one of a row that has moved on would make the row pending under a further revision, which the newer one
     * could not confirm.
     */
    private synchronized Set<String> writtenAgain(List<Written> written) {
        return written.stream()
                .map(Written::nodeId)
                .filter(nodeId -> waiting.containsKey(nodeId) || underWay.contains(nodeId))
                .collect(Collectors.toSet());
    }

    /** A node that waits, and who wants to know what becomes of it. */
    private static final class Waiting {

        private final List<CatalogSubmission> submissions = new ArrayList<>(1);
        private Entry entry;

        /** How many bytes more it holds by that. */
        long add(Entry newer, CatalogSubmission submission) {
            submissions.add(submission);
            long before = entry == null ? 0 : entry.bytes();
            if (entry == null || entry.revision() == null || newer.revision() == null
                    || newer.revision() >= entry.revision()) {
                entry = newer;
            }
            return entry.bytes() - before;
        }
    }

    /** What Consul has confirmed of a node, without the change itself: PostgreSQL may take long to record it. */
    private record Written(
            String nodeId, Long revision, List<CatalogSubmission> submissions, CatalogOutcome outcome, boolean last) {

        private boolean toBeNoted() {
            return last && !outcome.unavailable().contains(nodeId);
        }

        private void tell() {
            submissions.forEach(submission -> submission.done(nodeId, outcome));
        }
    }
}
