// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.catalog.CatalogException;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.kafka.topic.OffsetRange;
import org.nodebridge.registry.kafka.topic.OffsetRangeReader;
import org.nodebridge.registry.kafka.topic.TopicConsumer;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replay of topics, to its end. It waits for PostgreSQL and the broker, and a while for Consul; a cancellation, the
 * loss of the lease and the registry's stop end it between two batches, and while it waits.
 */
final class TopicReplayRun implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReplayRun.class);
    private static final int TRIES_TO_ASK = 5;

    private final TopicReplay replay;
    private final ReplayPlan plan;
    private final RecordBatches batches;
    private final ReplayLease lease;
    private final TopicReplayRepository replays;
    private final Consumer<String> introspection;
    private final RegistrySettings settings;
    private final CountDownLatch stopping;
    private final List<String> leftUndone = new ArrayList<>();
    private long readBefore;
    private long read;
    private JsonNode differences = JsonNodeFactory.instance.arrayNode();

    public TopicReplayRun(
            TopicReplay replay, ReplayPlan plan, RecordBatches batches, ReplayLease lease,
            TopicReplayRepository replays, Consumer<String> introspection, RegistrySettings settings,
            CountDownLatch stopping) {
        this.replay = replay;
        this.plan = plan;
        this.batches = batches;
        this.lease = lease;
        this.replays = replays;
        this.introspection = introspection;
        this.settings = settings;
        this.stopping = stopping;
    }

    @Override
    public void run() {
        LOG.atInfo().addKeyValue("replay", replay.id()).addKeyValue("records", replay.recordsTotal())
                .addKeyValue("dryRun", replay.dryRun()).log("A replay of topics begins");
        try {
            begin();
            for (Map<TopicPartition, OffsetRange> part : plan.parts()) {
                read(part);
            }
            differences = patiently(batches::finish);
            ask();
            finish("done", leftUndone.isEmpty() ? null : String.join("; ", leftUndone));
        } catch (Ended e) {
            finish(e.status, e.getMessage());
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("replay", replay.id()).log("A replay has failed");
            finish("failed", String.valueOf(e.getMessage()));
        } finally {
            lease.release();
        }
    }

    /**
     * Asks Consul for a while only: what PostgreSQL has lost is not to wait for another store, which may be gone for
     * the same reason.
     */
    private void begin() {
        long began = System.nanoTime();
        for (int failures = 1;; failures++) {
            try {
                batches.begin();
                return;
            } catch (CatalogException e) {
                if (System.nanoTime() - began >= settings.replayConsulWait().toNanos()) {
                    LOG.atWarn().addKeyValue("replay", replay.id()).addKeyValue("reason", e.getMessage())
                            .log("A replay goes on without the cordons that Consul shows");
                    leftUndone.add("cordons of lost rows have not been given back: " + e.getMessage());
                    return;
                }
                pause(failures, e);
            }
        }
    }

    private void read(Map<TopicPartition, OffsetRange> part) {
        KafkaSettings kafka = settings.kafka();
        try (TopicConsumer consumer = patiently(() -> new TopicConsumer(kafka))) {
            OffsetRangeReader reader = new OffsetRangeReader(
                    consumer, part, new OffsetRangeReader.Limit(kafka.batchSize(), settings.buffers().replayBytes()));
            while (!reader.done()) {
                List<ConsumerRecord<byte[], byte[]>> records = patiently(reader::next);
                patiently(() -> {
                    batches.take(records);
                    return records;
                });
                read = readBefore + reader.read();
                patiently(() -> {
                    checkpoint();
                    return records;
                });
            }
            readBefore += reader.read();
        }
    }

    private void checkpoint() {
        if (!lease.keep()) {
            throw new Ended("interrupted", "another replay took its lease");
        }
        if (!replays.progress(replay.id(), read, batches.counts())) {
            throw new Ended("cancelled", null);
        }
        if (stopping.getCount() == 0) {
            throw new Ended("interrupted", "the registry stopped");
        }
    }

    /** Tries until PostgreSQL and the broker answer, or the replay is to end. */
    private <T> T patiently(Supplier<T> step) {
        for (int failures = 1;; failures++) {
            try {
                return step.get();
            } catch (StoreException | TopicUnavailableException e) {
                pause(failures, e);
            }
        }
    }

    private void pause(int failures, RuntimeException obstacle) {
        LOG.atWarn().addKeyValue("replay", replay.id()).addKeyValue("tries", failures)
                .addKeyValue("reason", obstacle.getMessage()).log("A replay waits");
        pause(failures);
        checkpointIfPossible();
    }

    private void checkpointIfPossible() {
        try {
            checkpoint();
        } catch (StoreException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage())
                    .log("Whether the replay was cancelled cannot be read now");
        }
    }

    private void pause(int failures) {
        try {
            if (stopping.await(settings.retryDelay().after(failures).toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Ended("interrupted", "the registry stopped");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Ended("interrupted", "the registry stopped");
        }
    }

    /** What retention has dropped can answer for itself. */
    private void ask() {
        for (int failures = 1;; failures++) {
            try {
                introspection.accept("recovery");
                return;
            } catch (TopicUnavailableException e) {
                if (failures == TRIES_TO_ASK) {
                    leftUndone.add("the nodes have not been asked to introduce themselves: " + e.getMessage());
                    return;
                }
                pause(failures);
                checkpointIfPossible();
            }
        }
    }

    private void finish(String status, String error) {
        for (int failures = 1;; failures++) {
            try {
                replays.finish(replay.id(), status, read, batches.counts(), differences, error);
                LOG.atInfo().addKeyValue("replay", replay.id()).addKeyValue("status", status)
                        .addKeyValue("counts", batches.counts()).log("A replay of topics has ended");
                return;
            } catch (StoreException e) {
                try {
                    pause(failures);
                } catch (Ended stopped) {
                    return; // what still seems to run without its lease is shown as interrupted
                }
            }
        }
    }

    /** The replay is to end before its end. */
    private static final class Ended extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final String status;

        Ended(String status, String message) {
            super(message, null, false, false);
            this.status = status;
        }
    }
}
