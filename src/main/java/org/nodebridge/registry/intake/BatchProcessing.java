package org.nodebridge.registry.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EnvelopeReader;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.event.TopicKind;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a batch, has it registered, sets aside what cannot be; holds on to it through any outage. */
@ApplicationScoped
public class BatchProcessing {

    private static final Logger LOG = LoggerFactory.getLogger(BatchProcessing.class);

    private final RegistrySettings settings;
    private final DualRegistrationService service;
    private final DeadLetters deadLetters;
    private final ConsumerProgress progress;
    private final EventCounts counts;
    private final RegistryMetrics metrics;
    private final EnvelopeReader reader;
    private final Patience patience;
    private final Topics topics;
    private final AtomicBoolean abandoned = new AtomicBoolean();
    private final AtomicInteger underWay = new AtomicInteger();

    @Inject
    public BatchProcessing(
            RegistrySettings settings,
            DualRegistrationService service,
            DeadLetters deadLetters,
            ConsumerProgress progress,
            EventCounts counts,
            RegistryMetrics metrics,
            Patience patience,
            Topics topics) {
        this.settings = settings;
        this.service = service;
        this.deadLetters = deadLetters;
        this.progress = progress;
        this.counts = counts;
        this.metrics = metrics;
        this.patience = patience;
        this.topics = topics;
        this.reader = settings == null ? null : new EnvelopeReader(settings.strictEnvelopes(), settings.maxClockAhead());
    }

    BatchProcessing() {
        this(null, null, null, null, null, null, null, null); // for the client proxy
    }

    /**
     * Handles one batch to its end, however long a store is away.
     *
     * @return whether its offsets may be committed; false only when the registry stops first
     */
    boolean process(List<ConsumerRecord<byte[], byte[]>> records) {
        underWay.incrementAndGet();
        try {
            for (int failures = 1; !abandoned.get(); failures++) {
                try {
                    return once(records);
                } catch (RuntimeException e) {
                    // a defect of ours must not cost a record either
                    LOG.atError().setCause(e).addKeyValue("tries", failures).log("A batch could not be handled");
                    progress.waitsFor("a defect: " + e);
                    if (!patience.waitAfter(failures)) {
                        break;
                    }
                }
            }
            return abandon();
        } finally {
            underWay.decrementAndGet();
        }
    }

    private boolean once(List<ConsumerRecord<byte[], byte[]>> records) {
        long startedAt = System.nanoTime();
        List<ReadRecord> read = read(records);
        BatchResult result = register(read.stream().map(ReadRecord::event).toList());
        if (result == null || !setAside(read, result.refused())) {
            return abandon();
        }
        read.forEach(record -> counts.done(record.event()));
        progress.progressed();
        metrics.batch(Duration.ofNanos(System.nanoTime() - startedAt));
        return true;
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

    private BatchResult register(List<NodeEvent> events) {
        for (int failures = 1; ; failures++) {
            BatchResult result = service.apply(events);
            if (result.committed()) {
                return result;
            }
            progress.waitsFor(result.obstacle());
            LOG.atWarn().addKeyValue("records", events.size()).addKeyValue("tries", failures)
                    .addKeyValue("reason", result.obstacle()).log("A batch waits for PostgreSQL");
            if (!patience.waitAfter(failures)) {
                return null;
            }
        }
    }

    private boolean setAside(List<ReadRecord> read, Map<UUID, String> refused) {
        List<ReadRecord> left = read.stream().filter(record -> record.poison(refused)).toList();
        for (int failures = 1; !left.isEmpty(); failures++) {
            List<ReadRecord> failed = new ArrayList<>();
            List<CompletableFuture<Void>> writes = left.stream()
                    .map(record -> record.write(deadLetters, refused).toCompletableFuture())
                    .toList();
            String reason = null;
            for (int i = 0; i < writes.size(); i++) {
                try {
                    writes.get(i).join();
                } catch (CompletionException e) {
                    failed.add(left.get(i));
                    reason = String.valueOf(e.getCause());
                }
            }
            left = failed;
            if (!left.isEmpty()) {
                progress.waitsFor("the dead-letter topic: " + reason);
                LOG.atWarn().addKeyValue("records", left.size()).addKeyValue("tries", failures)
                        .addKeyValue("reason", reason).log("A batch waits for its dead letters to be written");
                findTopics();
                if (!patience.waitAfter(failures)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Somebody may have deleted the dead-letter topic. */
    private void findTopics() {
        try {
            topics.ensure();
        } catch (KafkaException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("The topics cannot be looked for now");
        }
    }

    private record ReadRecord(ConsumerRecord<byte[], byte[]> record, NodeEvent event) {

        boolean poison(Map<UUID, String> refused) {
            return event instanceof Unreadable
                    || event instanceof OfNode ofNode && refused.containsKey(ofNode.version().eventId());
        }

        CompletionStage<Void> write(DeadLetters deadLetters, Map<UUID, String> refused) {
            if (event instanceof Unreadable unreadable) {
                return deadLetters.write(record, "unreadable", unreadable.errors(), unreadable.correlationId());
            }
            OfNode ofNode = (OfNode) event;
            FieldError error = new FieldError("$", refused.get(ofNode.version().eventId()));
            return deadLetters.write(record, "refused", List.of(error), ofNode.correlationId());
        }
    }
}
