// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import io.smallrye.reactive.messaging.ChannelRegistry;
import io.smallrye.reactive.messaging.PausableChannel;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.config.kafka.ChannelSettings;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The incoming channel as a thing that can be let go, held and looked at. */
@ApplicationScoped
class ConsumerChannel {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerChannel.class);
    private static final Duration COMMIT = Duration.ofSeconds(3);

    @Inject
    private ChannelRegistry channels;

    @Inject
    private KafkaClientService clients;

    @Inject
    private KafkaSettings settings;

    @Inject
    private LostCommits commits;

    @Inject
    private PolledOffsets polled;

    private volatile Set<TopicPartition> assigned = Set.of();

    /** Lets records in; until then the channel is held. */
    void open() {
        pausable().resume();
    }

    /** Lets no further batch in. */
    void hold() {
        pausable().pause();
    }

    /** Whether the consumer's polling thread still answers. */
    boolean alive() {
        KafkaConsumer<?, ?> consumer = clients.getConsumer(ChannelSettings.NODE_EVENTS);
        if (consumer == null) {
            return false;
        }
        try {
            assigned = consumer.getAssignments().await().atMost(patience());
            return true;
        } catch (RuntimeException e) {
            assigned = Set.of();
            return false;
        }
    }

    /**
     * Commits offsets that have been acknowledged, as far as their partitions are still this replica's, and waits for
     * the broker.
     *
     * @return whether the broker has them now
     */
    boolean commit(Map<TopicPartition, Long> offsets) {
        KafkaConsumer<?, ?> consumer = clients.getConsumer(ChannelSettings.NODE_EVENTS);
        if (offsets.isEmpty() || consumer == null) {
            return false;
        }
        try {
            // on the polling thread, between two polls, partitions neither come nor go
            consumer.runOnPollingThread(polling -> {
                Map<TopicPartition, OffsetAndMetadata> ours = new HashMap<>();
                offsets.forEach((partition, next) -> {
                    // past its position only where the topic was deleted and created again: those were other records
                    if (polling.assignment().contains(partition) && commits.stands(partition, next)
                            && position(polling, partition) >= next) {
                        ours.put(partition, new OffsetAndMetadata(next));
                    }
                });
                polling.commitSync(ours, COMMIT);
            }).await().atMost(patience().plus(COMMIT));
            return true;
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("reason", String.valueOf(e)).log("Offsets cannot be committed now");
            return false;
        }
    }

    /**
     * Reads partitions again from their beginning, and commits that, as far as they are still this replica's.
     *
     * @return those of which the broker has it now
     */
    Set<TopicPartition> restart(Set<TopicPartition> partitions) {
        KafkaConsumer<?, ?> consumer = clients.getConsumer(ChannelSettings.NODE_EVENTS);
        if (consumer == null) {
            return Set.of();
        }
        Set<TopicPartition> ours = new HashSet<>(partitions);
        try {
            consumer.runOnPollingThread(polling -> {
                ours.retainAll(polling.assignment());
                Map<TopicPartition, OffsetAndMetadata> beginnings = new HashMap<>();
                polling.beginningOffsets(ours, COMMIT)
                        .forEach((partition, offset) -> beginnings.put(partition, new OffsetAndMetadata(offset)));
                beginnings.forEach((partition, offset) -> polling.seek(partition, offset.offset()));
                commits.restart(ours, polled::after);
                polled.forget(ours);
                polling.commitSync(beginnings, COMMIT);
            }).await().atMost(patience().plus(COMMIT).plus(COMMIT));
            return ours;
        } catch (RuntimeException e) {
            LOG.atWarn().addKeyValue("reason", String.valueOf(e))
                    .log("Partitions of a topic that was created again cannot be read from their beginning now");
            return Set.of();
        }
    }

    /**
     * How far this replica has read each of its partitions, where every record before has been acknowledged. From then
     * on this counts as acknowledged, and is committed like any other offset, so that all replicas know it.
     *
     * @return the consumer's positions; nothing when it does not answer
     */
    Map<TopicPartition, Long> readTo() {
        KafkaConsumer<?, ?> consumer = clients.getConsumer(ChannelSettings.NODE_EVENTS);
        if (consumer == null) {
            return Map.of();
        }
        Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
        try {
            // on the polling thread, between two polls: what it has polled and where it stands belong together
            consumer.runOnPollingThread(polling -> {
                positions.putAll(readTo(polling, commits, polled));
            }).await().atMost(patience());
            return positions;
        } catch (RuntimeException e) {
            LOG.atDebug().addKeyValue("reason", String.valueOf(e)).log("The consumer's positions are not known now");
            return Map.of();
        }
    }

    /** The same between two polls of this consumer. */
    static Map<TopicPartition, Long> readTo(Consumer<?, ?> polling, LostCommits commits, PolledOffsets polled) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (TopicPartition partition : polling.assignment()) {
            long position = position(polling, partition);
            Long last = commits.last(partition);
            if (last != null && position >= 0 && position < last) {
                commits.forget(Set.of(partition)); // of a topic that has been deleted and created again
                Long after = polled.after(partition);
                if (after != null && after > position) {
                    polled.forget(Set.of(partition)); // nothing of the new topic is polled and may be queued
                }
            } else if (position >= 0 && polled.allAcknowledged(partition, last)) {
                polled.polled(partition, position);
                commits.acknowledged(partition, position);
                positions.put(partition, position);
            }
        }
        return positions;
    }

    /** @return -1 where it has none yet */
    private static long position(Consumer<?, ?> polling, TopicPartition partition) {
        try {
            return polling.position(partition, Duration.ZERO);
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            return -1;
        }
    }

    /** The partitions this replica had when it was last asked whether it is alive. */
    Set<TopicPartition> assignedPartitions() {
        return assigned;
    }

    /** The polling thread answers between two polls. */
    private Duration patience() {
        return settings.pollTimeout().plusSeconds(2);
    }

    private PausableChannel pausable() {
        return channels.getPausable(ChannelSettings.NODE_EVENTS);
    }
}
