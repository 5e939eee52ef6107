// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.kafka.topic.OffsetRange;
import org.nodebridge.registry.kafka.topic.TopicConsumer;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.SchemaMigration;

/**
 * How many dead letters nothing has become of yet: as many as lie in the topics, less those whose replay is noted.
 * Counted by offsets, without reading a letter. Any thread may ask.
 */
@ApplicationScoped
public class OpenDeadLetters {

    private static final Duration INTERVAL = Duration.ofSeconds(15);
    private static final DeadLetterFilter ANY = new DeadLetterFilter(null, null, null, null, null, null);

    private final DeadLetterTopics topics;
    private final DeadLetterReplayRepository replays;

    private volatile Long open;

    /** For the proxy only. */
    OpenDeadLetters() {
        this(null, null);
    }

    @Inject
    OpenDeadLetters(DeadLetterTopics topics, DeadLetterReplayRepository replays) {
        this.topics = topics;
        this.replays = replays;
    }

    void start(
            @Observes Startup startup, RecurringTasks tasks, SchemaMigration migration, RegistryMetrics metrics) {
        metrics.openDeadLetters(() -> {
            Long counted = open;
            return counted == null ? Double.NaN : counted;
        });
        tasks.start("open_dead_letters", INTERVAL, migration::done, this::look);
    }

    /** As of some seconds ago; {@code null} where it has not been counted yet, or could not be when last tried. */
    public Long count() {
        return open;
    }

    void look() {
        try (TopicConsumer consumer = topics.consumer()) {
            long counted = 0;
            for (Map.Entry<TopicPartition, OffsetRange> span : topics.spans(consumer, ANY, null).entrySet()) {
                TopicPartition partition = span.getKey();
                OffsetRange range = span.getValue();
                long there = range.to() - range.from();
                counted += there == 0 ? 0 : there - replays.count(
                        partition.topic(), partition.partition(), range.from(), range.to() - 1);
            }
            open = Math.max(0, counted);
        } catch (TopicUnavailableException e) {
            open = null; // health says that of Kafka
        } catch (RuntimeException | Error e) {
            open = null; // the last count has no age that a reader would see
            throw e;
        }
    }
}
