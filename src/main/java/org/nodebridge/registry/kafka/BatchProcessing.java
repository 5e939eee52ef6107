// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.concurrent.BatchProcessor;
import org.nodebridge.registry.concurrent.DedicatedThreads;
import org.nodebridge.registry.concurrent.InFlightLimit;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.metrics.ReplicaMetrics;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.StoredEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has what was read registered, dead-letters what cannot be, and leaves heartbeats to the next flush; holds on to it
 * through any outage. Three things go on at once: batches are read, an earlier one is written to PostgreSQL, and one
 * before that is written to Consul. Batches that come while PostgreSQL is written to become one.
 */
@ApplicationScoped
public class BatchProcessing {

    private static final Logger LOG = LoggerFactory.getLogger(BatchProcessing.class);

    /** So many batches become one at most; {@link InFlightLimit} bounds how much is in all of them. */
    private static final int MOST_BATCHES = 100;

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    private ManagedThreadFactory threadFactory;

    @Inject
    private RegistrySettings settings;

    @Inject
    private DualRegistrationService service;

    @Inject
    private RecordReader reader;

    @Inject
    private Admission admission;

    @Inject
    private Retries retries;

    @Inject
    private HeartbeatFlush heartbeats;

    @Inject
    private Acknowledgements acknowledgements;

    @Inject
    private ConsumerProgress progress;

    @Inject
    private EventCounts counts;

    @Inject
    private MessageTraces traces;

    @Inject
    private RegistryMetrics metrics;

    @Inject
    private ReplicaMetrics replicaMetrics;

    private ExecutorService thread;
    private BatchProcessor<Batch> batches;
    private InFlightLimit room;
    private boolean ended;
    private volatile boolean abandoned;

    @PostConstruct
    public void open() {
        room = new InFlightLimit(settings.kafka().batchSize(), settings.kafka().fetch().maxInFlightBytes());
        thread = DedicatedThreads.of(threadFactory, 1);
        // each has a record, so that no more of them come than records may be in flight
        batches = new BatchProcessor<>(thread, settings.kafka().batchSize(), MOST_BATCHES, this::process);
    }

    /** Before there is a record, so that a replica that gets none has the metric too. */
    void measure(@Observes Startup startup) {
        replicaMetrics.recordsInFlight(room::records);
    }

    @PreDestroy
    public void close() {
        thread.shutdownNow();
    }

    /** Reads records; they stay in their order. */
    public List<ReadRecord> read(List<ConsumerRecord<byte[], byte[]>> records) {
        return reader.read(records);
    }

    /**
     * Takes a batch, and will acknowledge it once it has taken effect, however long a store is unavailable; never, when
     * the registry stops first.
     *
     * @param offsets how the last record of each partition is acknowledged
     * @return completes when there is room for another one, which the caller brings only then; never after {@link #end}
     */
    public synchronized CompletionStage<Void> take(
            List<ReadRecord> read, Map<TopicPartition, Supplier<CompletionStage<Void>>> offsets) {
        if (ended) {
            return new CompletableFuture<>(); // it was on its way when the stop began, and is read again after it
        }
        CompletionStage<Void> more = room.enter(read.size(), RecordSize.of(read));
        if (!batches.offer(new Batch(read, offsets, System.nanoTime()), Duration.ZERO)) {
            throw new IllegalStateException("a batch has come before there was room for it");
        }
        return more;
    }

    /** Takes no more batches. What has been taken is still worked on. */
    public synchronized void end() {
        ended = true;
    }

    /** Whether no more batches are taken, because the registry stops. */
    public synchronized boolean ended() {
        return ended;
    }

    private void process(List<Batch> some) {
        Batch batch = Batch.of(some);
        try {
            if (!abandoned && !handled(batch)) {
                abandon();
            }
        } catch (RuntimeException | Error e) {
            abandon();
            LOG.atError().setCause(e).log("A batch could not be handled, and no later one will be");
            progress.ended("a batch could not be handled: " + e.getClass().getSimpleName());
            throw e;
        } finally {
            room.leave(batch.read.size(), RecordSize.of(batch.read));
        }
    }

    private boolean handled(Batch batch) {
        return retries.isolating(batch.read, part -> handled(part, batch.takenAt))
                && retries.throughDefects(() -> acknowledge(batch.offsets));
    }

    private boolean handled(List<ReadRecord> part, long takenAt) {
        List<ReadRecord> admitted = admission.admit(part); // judged by their senders
        if (admitted == null) {
            return false;
        }
        List<ReadRecord> now = admitted.stream().filter(record -> !record.isHeartbeat()).toList();
        return traces.of(now, () -> applied(admitted, now, takenAt));
    }

    private boolean applied(List<ReadRecord> admitted, List<ReadRecord> notHeartbeats, long takenAt) {
        List<NodeEvent> now = notHeartbeats.stream().map(ReadRecord::event).toList();
        BatchResult result = retries.throughOutages(admitted.size(), () -> service.apply(now));
        if (result == null || !retries.deadLetter(admitted, result.refused())) {
            return false;
        }
        admitted.forEach(record -> counts.done(record.event()));
        result.published().thenRun(() -> metrics.batch(Duration.ofNanos(System.nanoTime() - takenAt)));
        heartbeats.collect(admitted, departed(result, admitted), Map.of());
        return true;
    }

    /** Once every record of the batch has taken effect, is collected or is a dead letter. */
    private boolean acknowledge(Map<TopicPartition, Supplier<CompletionStage<Void>>> offsets) {
        if (heartbeats.collect(List.of(), Map.of(), offsets)) {
            acknowledgements.soon(offsets);
            progress.progressed();
        }
        return true;
    }

    /** After a batch that is not committed no later one may be, or its offsets would cover the lost one's. */
    private void abandon() {
        abandoned = true;
    }

    /** Whether a batch is being handled now, or still being written to Consul. */
    public boolean busy() {
        return !batches.idle() || !service.idle();
    }

    private static Map<String, Instant> departed(BatchResult result, List<ReadRecord> read) {
        Map<String, Instant> departed = new HashMap<>();
        for (ReadRecord record : read) {
            if (record.event() instanceof Departed departure) {
                StoredEvent stored = result.stored().departed().get(departure.nodeId());
                if (stored != null && stored.outcome() != Outcome.STALE) {
                    departed.merge(departure.nodeId(), departure.version().eventTime(), BatchProcessing::later);
                }
            }
        }
        return departed;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /**
     * Records that were read together.
     *
     * @param takenAt {@link System#nanoTime} when the first of them were
     */
    private record Batch(
            List<ReadRecord> read, Map<TopicPartition, Supplier<CompletionStage<Void>>> offsets, long takenAt) {

        private static Batch of(List<Batch> some) {
            if (some.size() == 1) {
                return some.get(0);
            }
            List<ReadRecord> read = new ArrayList<>();
            Map<TopicPartition, Supplier<CompletionStage<Void>>> offsets = new HashMap<>();
            for (Batch batch : some) {
                read.addAll(batch.read);
                offsets.putAll(batch.offsets); // an acknowledgement covers all offsets before it
            }
            return new Batch(read, offsets, some.get(0).takenAt);
        }
    }
}
