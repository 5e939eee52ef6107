// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.kafka.ChannelSettings;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds partitions with a batch that Kafka's client cannot decode, such as one that a disk has spoilt, and holds them.
 * The client throws at each poll as long as such a batch is next, and the connector polls again for ever: no other
 * partition would be read. Which one it is only the exception's text says, and only to who polls. What is held is tried
 * again every half minute. {@link #look} is of one thread at a time; all else is done on the polling thread, but for
 * {@link #found} and {@link #held}.
 */
@ApplicationScoped
public class UndecodableBatches {

    private static final Logger LOG = LoggerFactory.getLogger(UndecodableBatches.class);
    private static final String TASK = "undecodable_batches";
    private static final Duration HOLD = Duration.ofMillis(100);
    private static final long RETRY_NANOS = Duration.ofSeconds(30).toNanos();

    /** How long what is tried again is watched closely; then it counts as any other partition. */
    private static final long WATCH_NANOS = Duration.ofSeconds(10).toNanos();

    /** Looks in a row at which something could be read and nothing was. */
    private static final int STILL = 2;

    @Inject
    private KafkaClientService clients;

    @Inject
    private KafkaSettings settings;

    private final PolledOffsets polled;
    private final LongSupplier nanoTime;
    private final Map<TopicPartition, Undecodable> found = new ConcurrentHashMap<>();
    private long pollsBefore;
    private int still;

    private volatile boolean watching;
    private long watchedSince;
    private long pollsWatched;

    @Inject
    public UndecodableBatches(PolledOffsets polled) {
        this(polled, System::nanoTime);
    }

    UndecodableBatches(PolledOffsets polled, LongSupplier nanoTime) {
        this.polled = polled;
        this.nanoTime = nanoTime;
    }

    UndecodableBatches() {
        this(null, null); // for the client proxy
    }

    void start(@Observes Startup startup, RecurringTasks tasks) {
        tasks.start(TASK, HOLD, () -> true, () -> {
            if (!found.isEmpty() || watching) {
                polling(this::hold);
            }
        });
    }

    /**
     * @param since in nanoseconds, as {@link System#nanoTime}
     */
    private record Undecodable(long offset, String reason, long since) {}

    /** What is held, as {@code topic-partition@offset}, and why. */
    Map<String, String> found() {
        Map<String, String> shown = new TreeMap<>();
        found.forEach((partition, what) -> shown.put(partition + "@" + what.offset(), what.reason()));
        return shown;
    }

    /** The partitions that are held. */
    Set<TopicPartition> held() {
        return Set.copyOf(found.keySet());
    }

    /**
     * Checks for them, every few seconds.
     *
     * @param behind the partitions of this replica in which something can be read
     */
    void look(Set<TopicPartition> behind) {
        Set<TopicPartition> open = new HashSet<>(behind);
        open.removeAll(found.keySet());
        long polls = polled.polls();
        still = open.isEmpty() || polls != pollsBefore ? 0 : still + 1;
        pollsBefore = polls;
        if (still >= STILL) {
            polling(this::seek);
        }
    }

    private void polling(java.util.function.Consumer<Consumer<?, ?>> work) {
        KafkaConsumer<?, ?> consumer = clients.getConsumer(ChannelSettings.NODE_EVENTS);
        if (consumer == null) {
            return;
        }
        try {
            consumer.runOnPollingThread(polling -> {
                work.accept(polling);
            }).await().atMost(settings.pollTimeout().plusSeconds(3));
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("reason", String.valueOf(e)).log("The consumer cannot be looked at now");
        }
    }

    /** Many times a second, as the connector resumes all partitions whenever it has room again. */
    void hold(Consumer<?, ?> polling) {
        if (watching) {
            watch(polling);
        }
        found.keySet().retainAll(polling.assignment());
        found.forEach((partition, what) -> {
            long now = nanoTime.getAsLong();
            if (now - what.since() > RETRY_NANOS) {
                // first, as the broker may not answer, which is not to be waited for each time
                found.put(partition, new Undecodable(what.offset(), what.reason(), now));
                again(polling, partition, what.offset());
                found.remove(partition);
                watching = true;
                watchedSince = now;
                pollsWatched = polled.polls();
            } else {
                polling.pause(Set.of(partition));
            }
        });
    }

    /** What is tried again and still spoilt is to stop the others for no longer than until nothing has been polled. */
    private void watch(Consumer<?, ?> polling) {
        if (polled.polls() == pollsWatched) {
            seek(polling);
        }
        pollsWatched = polled.polls();
        watching = nanoTime.getAsLong() - watchedSince < WATCH_NANOS;
    }

    /** From one record before, or the client would take what it has buffered of the batch for what comes next. */
    private static void again(Consumer<?, ?> polling, TopicPartition partition, long offset) {
        long first = polling.beginningOffsets(Set.of(partition), Duration.ofSeconds(1)).get(partition);
        polling.seek(partition, Math.max(first, offset - 1));
        polling.resume(Set.of(partition));
    }

    /** One poll for each partition at most, as each throws for one only; what they bring is left to the connector. */
    void seek(Consumer<?, ?> polling) {
        for (int tries = polling.assignment().size(); tries > 0; tries--) {
            try {
                ConsumerRecords<?, ?> records = polling.poll(Duration.ZERO);
                records.partitions().forEach(
                        partition -> polling.seek(partition, records.records(partition).get(0).offset()));
                return;
            } catch (KafkaException e) {
                TopicPartition partition = named(polling.assignment(), e);
                if (partition == null) {
                    LOG.atDebug().addKeyValue("reason", String.valueOf(e)).log("The consumer cannot poll");
                    return;
                }
                take(polling, partition, e);
            }
        }
    }

    private void take(Consumer<?, ?> polling, TopicPartition partition, KafkaException e) {
        long offset = polling.position(partition, Duration.ofSeconds(1));
        String reason =
                e.getCause() == null ? String.valueOf(e.getMessage()) : String.valueOf(e.getCause().getMessage());
        polling.pause(Set.of(partition));
        found.put(partition, new Undecodable(offset, reason, nanoTime.getAsLong()));
        LOG.atError().addKeyValue("partition", partition).addKeyValue("offset", offset).addKeyValue("reason", reason)
                .log("A batch cannot be decoded; its partition is not read until it is gone, all others are");
    }

    /** The partition that the client's exception is about; {@code null} when it is about none. */
    static TopicPartition named(Set<TopicPartition> assigned, KafkaException e) {
        String message = String.valueOf(e.getMessage());
        return assigned.stream()
                .filter(partition -> message.contains("fetching the next record from " + partition + "."))
                .findFirst()
                .orElse(null);
    }
}
