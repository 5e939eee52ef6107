// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.concurrent.BoundedWait;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes collected heartbeats together, every {@code registry.lease.flush-interval} while there are any, and
 * acknowledges then what waited for them. One write at a time, in the order of what is in them. While PostgreSQL is
 * unavailable, and when much is collected, a caller that brings more waits.
 */
@ApplicationScoped
public class HeartbeatFlush {

    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatFlush.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** An introspection event of one of these nodes waits until they are written. */
    private static final int MOST_IN_A_WRITE = 1_000;

    /** Between two checks for a stop, while another thread writes. */
    private static final Duration STOP_CHECK_INTERVAL = Duration.ofSeconds(1);

    @Resource
    private ManagedScheduledExecutorService scheduler;

    private final CollectedHeartbeats collected;
    private final Acknowledgements acknowledgements;
    private final DualRegistrationService service;
    private final Retries retries;
    private final ConsumerProgress progress;
    private final RegistryMetrics metrics;
    private final RegistrySettings settings;
    private final MessageTraces traces;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile boolean failing;
    private volatile boolean abandoned;

    @Inject
    public HeartbeatFlush(
            CollectedHeartbeats collected,
            Acknowledgements acknowledgements,
            DualRegistrationService service,
            Retries retries,
            ConsumerProgress progress,
            RegistryMetrics metrics,
            RegistrySettings settings,
            MessageTraces traces) {
        this.collected = collected;
        this.acknowledgements = acknowledgements;
        this.service = service;
        this.retries = retries;
        this.progress = progress;
        this.metrics = metrics;
        this.settings = settings;
        this.traces = traces;
    }

    HeartbeatFlush() {
        this(null, null, null, null, null, null, null, null); // for the client proxy
    }

    /**
     * Collects a batch's heartbeats, once all else in it is done.
     *
     * @param departed the nodes that the batch has deregistered, and when they left
     * @return whether the batch's offsets may be acknowledged at once; else that happens after a flush, or never when
     *     the registry stops first
     */
    boolean collect(
            List<ReadRecord> read,
            Map<String, Instant> departed,
            Map<TopicPartition, Supplier<CompletionStage<Void>>> offsets) {
        List<ReadRecord> heartbeats = read.stream().filter(ReadRecord::isHeartbeat).toList();
        if (heartbeats.isEmpty() && collected.nothingWaits()) {
            return true;
        }
        metrics.heartbeats("received", heartbeats.size());
        if (collected.add(heartbeats, departed, offsets, read.size())) {
            flushLater();
        }
        if (failing || collected.full()) {
            flush();
        }
        return false;
    }

    /** Writes and acknowledges what is collected, however long PostgreSQL is unavailable, but not beyond a stop. */
    void flush() {
        while (!abandoned) {
            if (BoundedWait.tryLock(writing, STOP_CHECK_INTERVAL)) {
                try {
                    flushAlone();
                } finally {
                    writing.unlock();
                }
                return;
            }
        }
    }

    /**
     * Writes and acknowledges what is collected, as far as PostgreSQL takes it at the first try, after all that waits
     * to be acknowledged: for the stop, when no caller waits any more and no more heartbeats come.
     *
     * @param longest how long to wait for a write that is under way
     */
    void finish(Duration longest) {
        acknowledgements.flush();
        try {
            if (writing.tryLock(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                try {
                    flushAlone();
                } finally {
                    writing.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Overridden where there is no container to schedule anything. */
    void flushLater() {
        try {
            scheduler.schedule(this::flush, settings.leases().flushInterval().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().log("The server stops; what is collected is written at the stop");
        }
    }

    private void flushAlone() {
        if (abandoned) {
            return; // later offsets would cover those of the heartbeats that are not written
        }
        CollectedHeartbeats.Part part = collected.take();
        if (part.isEmpty()) {
            collected.done();
        } else if (written(part)) {
            acknowledgements.now(collected.offsetsTaken(), PATIENCE);
            collected.done();
            progress.progressed();
        } else {
            abandoned = true;
        }
    }

    private boolean written(CollectedHeartbeats.Part part) {
        List<ReadRecord> records = part.heartbeats();
        for (int from = 0; from < records.size(); from += MOST_IN_A_WRITE) {
            List<ReadRecord> some = records.subList(from, Math.min(from + MOST_IN_A_WRITE, records.size()));
            if (!retries.isolating(some, few -> traces.of(few, () -> written(few)))) {
                return false;
            }
        }
        metrics.events("heartbeat", "superseded", part.superseded());
        return true;
    }

    private boolean written(List<ReadRecord> records) {
        List<Heartbeat> heartbeats = records.stream().map(ReadRecord::heartbeat).toList();
        BatchResult result = retries.throughOutages(records.size(), () -> {
            BatchResult renewed = service.renew(heartbeats);
            failing = !renewed.committed();
            return renewed;
        });
        return result != null && retries.deadLetter(records, result.refused());
    }
}
