package org.nodebridge.registry.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EnvelopeReader;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.TopicKind;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.StoredEvent;

/**
 * Reads a batch, has it registered, sets aside what cannot be, and leaves its heartbeats to the next flush; holds on to
 * it through any outage.
 */
@ApplicationScoped
public class BatchProcessing {

    private final RegistrySettings settings;
    private final DualRegistrationService service;
    private final Retries retries;
    private final HeartbeatFlush heartbeats;
    private final ConsumerProgress progress;
    private final EventCounts counts;
    private final RegistryMetrics metrics;
    private final EnvelopeReader reader;
    private final AtomicBoolean abandoned = new AtomicBoolean();
    private final AtomicInteger underWay = new AtomicInteger();

    @Inject
    public BatchProcessing(
            RegistrySettings settings,
            DualRegistrationService service,
            Retries retries,
            HeartbeatFlush heartbeats,
            ConsumerProgress progress,
            EventCounts counts,
            RegistryMetrics metrics) {
        this.settings = settings;
        this.service = service;
        this.retries = retries;
        this.heartbeats = heartbeats;
        this.progress = progress;
        this.counts = counts;
        this.metrics = metrics;
        this.reader = settings == null ? null : new EnvelopeReader(settings.strictEnvelopes(), settings.maxClockAhead());
    }

    BatchProcessing() {
        this(null, null, null, null, null, null, null); // for the client proxy
    }

    /**
     * Handles one batch to its end, however long a store is away.
     *
     * @param offsets how the last record of each partition is acknowledged when heartbeats must be written first
     * @return whether the caller may acknowledge the batch now; else that is done after a flush of heartbeats, or never
     *     when the registry stops first
     */
    boolean process(
            List<ConsumerRecord<byte[], byte[]>> records,
            Map<TopicPartition, Supplier<CompletionStage<Void>>> offsets) {
        underWay.incrementAndGet();
        try {
            return !abandoned.get() && retries.throughDefects(() -> once(records, offsets), this::abandon);
        } finally {
            underWay.decrementAndGet();
        }
    }

    private boolean once(
            List<ConsumerRecord<byte[], byte[]>> records,
            Map<TopicPartition, Supplier<CompletionStage<Void>>> offsets) {
        long startedAt = System.nanoTime();
        List<ReadRecord> read = read(records);
        List<NodeEvent> now =
                read.stream().filter(record -> !record.isHeartbeat()).map(ReadRecord::event).toList();
        BatchResult result = retries.throughOutages(records.size(), () -> service.apply(now));
        if (result == null || !retries.setAside(read, result.refused())) {
            return abandon();
        }
        read.forEach(record -> counts.done(record.event()));
        metrics.batch(Duration.ofNanos(System.nanoTime() - startedAt));
        boolean done = heartbeats.collect(read, departed(now, result), offsets);
        if (done) {
            progress.progressed();
        }
        return done;
    }

    /** After a batch that is not committed no later one may be, or its offsets would cover the lost one's. */
    private boolean abandon() {
        abandoned.set(true);
        return false;
    }

    /** Whether a batch is being handled now. */
    boolean busy() {
        return underWay.get() > 0;
    }

    private List<ReadRecord> read(List<ConsumerRecord<byte[], byte[]>> records) {
        Instant now = Instant.now();
        List<ReadRecord> read = new ArrayList<>(records.size());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicKind kind = settings.kafka().heartbeatTopics().contains(record.topic())
                    ? TopicKind.HEARTBEAT
                    : TopicKind.INTROSPECTION;
            NodeEvent event =
                    reader.read(kind, record.value(), Instant.ofEpochMilli(Math.max(record.timestamp(), 0)), now);
            counts.read(event);
            read.add(new ReadRecord(record, event));
        }
        return read;
    }

    private static Map<String, Instant> departed(List<NodeEvent> events, BatchResult result) {
        Map<String, Instant> departed = new HashMap<>();
        for (NodeEvent event : events) {
            if (event instanceof Departed departure) {
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
}
