// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.nodebridge.registry.concurrent.Backoff;
import org.nodebridge.registry.concurrent.BoundedWait;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.kafka.deadletter.DeadLetters;
import org.nodebridge.registry.kafka.topic.Topics;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.Defects;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds on to records through any outage, until what is to be done with them is done or the registry stops; and finds
 * the record at which the registry itself fails, which becomes a dead letter.
 */
@ApplicationScoped
public class Retries {

    private static final Logger LOG = LoggerFactory.getLogger(Retries.class);

    /** All letters of a batch together; the producer gives up after delivery.timeout.ms, which is less. */
    private static final Duration CONFIRMED = Duration.ofMinutes(1);

    private static final long BLAMED_NANOS = Duration.ofMinutes(10).toNanos();

    private final Backoff patience;
    private final ConsumerProgress progress;
    private final DeadLetters deadLetters;
    private final Topics topics;
    private final EventCounts counts;
    private final int defectAttempts;

    /** Asked where PostgreSQL fails at records; without one no record is to blame. */
    @Inject
    DualRegistrationService others;

    private volatile Long blamedAt;

    @Inject
    public Retries(
            Backoff patience, ConsumerProgress progress, DeadLetters deadLetters, Topics topics, EventCounts counts,
            RegistrySettings settings) {
        this.patience = patience;
        this.progress = progress;
        this.deadLetters = deadLetters;
        this.topics = topics;
        this.counts = counts;
        this.defectAttempts = settings == null ? 1 : settings.buffers().defectAttempts();
    }

    public Retries() {
        this(null, null, null, null, null, null); // for the client proxy
    }

    /**
     * Does something with records, in order. An outage is waited for without limit. A batch that fails by a defect is
     * tried {@code registry.kafka.defect-attempts} times, then in halves, until the record at fault is alone; that one
     * is dead-lettered with reason {@code defect}, and all others take effect. Where PostgreSQL fails at it, so is one
     * that fails alone while PostgreSQL takes the events of another node, before and after; else the schema or a
     * privilege is at fault, and all are tried until that is fixed.
     *
     * @param step false when the registry stops first; may be called again with records that it has been called with
     * @return false when the registry stops first
     */
    public boolean isolating(List<ReadRecord> records, Predicate<List<ReadRecord>> step) {
        return isolating(records, step, defectAttempts);
    }

    private boolean isolating(List<ReadRecord> records, Predicate<List<ReadRecord>> step, int attempts) {
        int defects = 0;
        for (int failures = 1;; failures++) {
            try {
                return step.test(records);
            } catch (RuntimeException | Error e) {
                boolean defect = Defects.isDefect(e);
                boolean ofDatabase = Defects.isOfDatabase(e);
                failed(e, defect || ofDatabase, failures, records.size());
                defects += defect || ofDatabase ? 1 : 0;
                if (defect && defects >= attempts) {
                    return halved(records, step, e);
                }
                if (ofDatabase && (defects >= attempts || blamedLately())) {
                    Optional<Boolean> done = withoutRowsAtFault(records, step);
                    if (done.isPresent()) {
                        return done.get();
                    }
                    defects = 0;
                }
                if (!patience.waitAfter(failures)) {
                    return false;
                }
            }
        }
    }

    /**
     * Has all records take effect but those at which PostgreSQL fails, though it takes others.
     *
     * @return empty where it fails at others too, or fails otherwise: then all are to be tried again
     */
    private Optional<Boolean> withoutRowsAtFault(List<ReadRecord> records, Predicate<List<ReadRecord>> step) {
        if (patience.ended()) {
            return Optional.of(false);
        }
        if (others == null || !others.takesOthers()) {
            return Optional.empty();
        }
        try {
            return Optional.of(step.test(records));
        } catch (RuntimeException | Error e) {
            if (Defects.isDefect(e) || !Defects.isOfDatabase(e)) {
                return Optional.empty();
            }
            if (records.size() > 1) {
                progress.narrowed();
                int middle = records.size() / 2;
                Optional<Boolean> first = withoutRowsAtFault(records.subList(0, middle), step);
                return first.orElse(false)
                        ? withoutRowsAtFault(records.subList(middle, records.size()), step)
                        : first;
            }
            if (!others.takesOthers()) {
                return Optional.empty(); // it has begun to fail at all of them just now
            }
            blamedAt = System.nanoTime();
            return Optional.of(deadLetter(records.get(0), e));
        }
    }

    /** Then the next record of that row is found at once: it costs each batch that it is in all attempts otherwise. */
    private boolean blamedLately() {
        Long at = blamedAt;
        return at != null && System.nanoTime() - at < BLAMED_NANOS;
    }

    private boolean halved(List<ReadRecord> records, Predicate<List<ReadRecord>> step, Throwable defect) {
        if (patience.ended()) {
            return false; // what fails while the application stops is no record's fault
        }
        if (records.size() <= 1) {
            return records.isEmpty() || deadLetter(records.get(0), defect);
        }
        progress.narrowed();
        int middle = records.size() / 2;
        return isolating(records.subList(0, middle), step, 1)
                && isolating(records.subList(middle, records.size()), step, 1);
    }

    private boolean deadLetter(ReadRecord record, Throwable cause) {
        ReadRecord defective = record.defect(cause);
        defective.logDefect();
        progress.defect(record.place());
        try {
            if (!deadLetter(List.of(defective), Map.of())) {
                return false;
            }
            counts.done(defective.event());
        } catch (RuntimeException | Error e) {
            if (!Defects.isDefect(e)) {
                throw e;
            }
            deadLetters.notWritten(record.record(), e);
        }
        progress.progressed();
        return true;
    }

    private void failed(Throwable failure, boolean defect, int tries, int records) {
        var line = defect && tries == 1 ? LOG.atError().setCause(failure) : LOG.atWarn();
        line.addKeyValue("tries", tries).addKeyValue("records", records).addKeyValue("reason", String.valueOf(failure))
                .log("A batch could not be handled");
        progress.waitsFor((defect ? "a defect: " : "") + failure);
    }

    /**
     * Does something again while it throws, which costs no record: for what is not about any of them.
     *
     * @return what it returned; false when the registry stops first
     */
    public boolean throughDefects(BooleanSupplier step) {
        for (int failures = 1;; failures++) {
            try {
                return step.getAsBoolean();
            } catch (RuntimeException e) {
                failed(e, Defects.isDefect(e), failures, 0);
                if (!patience.waitAfter(failures)) {
                    return false;
                }
            }
        }
    }

    /**
     * Does something again while PostgreSQL is unavailable.
     *
     * @return what it returned in the end; {@code null} when the registry stops first
     */
    public BatchResult throughOutages(int records, Supplier<BatchResult> step) {
        for (int failures = 1;; failures++) {
            BatchResult result = step.get();
            if (result.committed()) {
                return result;
            }
            progress.waitsFor(result.obstacle());
            LOG.atWarn().addKeyValue("records", records).addKeyValue("tries", failures)
                    .addKeyValue("reason", result.obstacle()).log("A batch waits for PostgreSQL");
            if (!patience.waitAfter(failures)) {
                return null;
            }
        }
    }

    /**
     * Dead-letters those of the records that are poison.
     *
     * @param refused event to reason, of what PostgreSQL will never take
     * @return whether Kafka has confirmed them all, or will never take them; false when the registry stops first
     */
    public boolean deadLetter(List<ReadRecord> read, Map<OfNode, String> refused) {
        List<ReadRecord> left = read.stream().filter(record -> record.poison(refused)).toList();
        for (int failures = 1; !left.isEmpty(); failures++) {
            List<ReadRecord> failed = new ArrayList<>();
            List<CompletableFuture<Void>> writes = left.stream()
                    .map(record -> record.write(deadLetters, refused).toCompletableFuture())
                    .toList();
            String reason = null;
            long end = System.nanoTime() + CONFIRMED.toNanos();
            for (int i = 0; i < writes.size(); i++) {
                try {
                    BoundedWait.result(writes.get(i), Duration.ofNanos(Math.max(0, end - System.nanoTime())));
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

    /** The dead-letter topic may have been deleted. */
    private void findTopics() {
        try {
            topics.ensure();
        } catch (KafkaException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("The topics cannot be listed now");
        }
    }
}
