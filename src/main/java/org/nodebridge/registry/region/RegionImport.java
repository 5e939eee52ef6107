// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.cluster.Leadership;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.kafka.topic.BrokerClient;
import org.nodebridge.registry.kafka.topic.OffsetRange;
import org.nodebridge.registry.kafka.topic.OffsetRangeReader;
import org.nodebridge.registry.kafka.topic.TopicConsumer;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;
import org.nodebridge.registry.region.ImportRepository.Batch;
import org.nodebridge.registry.region.ImportRepository.Known;
import org.nodebridge.registry.region.RemoteRecordReader.UnreadableRecordException;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * While this replica leads: reads what other regions tell of their nodes. One region after the other on one thread;
 * what is wrong with one stops no other. Offsets are kept beside the nodes, in the same transaction.
 */
@ApplicationScoped
public class RegionImport {

    private static final Logger LOG = LoggerFactory.getLogger(RegionImport.class);

    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final OffsetRangeReader.Limit BATCH = new OffsetRangeReader.Limit(500, 4 << 20);

    /** So that a region that has much to tell does not hold up another. */
    private static final int MOST_BATCHES = 20;

    /** Compaction removes the records of nodes that have left after a day (delete.retention.ms), unread or not. */
    private static final Duration READ_AGAIN_AFTER = Duration.ofHours(12);

    private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PRUNE_NANOS = TimeUnit.MINUTES.toNanos(10);

    @Inject
    private RegistrySettings settings;

    @Inject
    private Leadership leadership;

    @Inject
    private ImportRepository repository;

    @Inject
    private BrokerClient broker;

    private final RemoteRecordReader reader = new RemoteRecordReader();
    private final Map<String, TopicConsumer> consumers = new HashMap<>();
    private Map<String, String> existing = Map.of();
    private long askedAt = System.nanoTime() - 2 * ASK_NANOS;
    private long prunedAt = System.nanoTime() - 2 * PRUNE_NANOS;

    void start(@Observes Startup startup, RecurringTasks tasks) {
        if (!settings.regions().others().isEmpty()) {
            tasks.start("region_import", INTERVAL, () -> true, this::run);
        }
    }

    private synchronized void run() {
        OptionalLong token = leadership.token();
        if (token.isEmpty()) {
            close();
            return;
        }
        if (System.nanoTime() - prunedAt > PRUNE_NANOS) {
            prunedAt = System.nanoTime();
            repository.prune();
        }
        if (System.nanoTime() - askedAt > ASK_NANOS) {
            existing = existing();
            askedAt = System.nanoTime();
        }
        RecurringTasks.each(settings.regions().others().stream()
                .<Runnable>map(region -> () -> read(region, token.getAsLong()))
                .toArray(Runnable[]::new));
    }

    /** A consumer that is asked for a topic that is not there fills the log. */
    private Map<String, String> existing() {
        try {
            return broker.idsOf(
                    settings.regions().others().stream().map(settings.kafka()::registrationsTopicOf).toList());
        } catch (KafkaException e) {
            throw new RegionTopicException("Kafka does not say which topics there are: " + e.getMessage(), e);
        }
    }

    private void read(String region, long token) {
        String topic = settings.kafka().registrationsTopicOf(region);
        String topicId = existing.get(topic);
        if (topicId == null) {
            repository.apply(region, Batch.NOTHING, token, settings.regions().maxNodes());
            return;
        }
        try {
            read(region, topicId, consumers.computeIfAbsent(region, each -> new TopicConsumer(settings.kafka())),
                    token);
        } catch (RuntimeException e) {
            TopicConsumer broken = consumers.remove(region);
            if (broken != null) {
                broken.close();
            }
            throw e;
        }
    }

    private void read(String region, String topicId, TopicConsumer consumer, long token) {
        List<TopicPartition> partitions = consumer.partitions(settings.kafka().registrationsTopicOf(region));
        if (partitions.isEmpty()) {
            askedAt = System.nanoTime() - 2 * ASK_NANOS; // it was there a moment ago
            return;
        }
        Map<TopicPartition, Long> beginnings = consumer.beginnings(partitions);
        Map<TopicPartition, Long> ends = consumer.ends(partitions);
        Known known = repository.known(region, topicId, READ_AGAIN_AFTER);
        boolean fromBeginning = known.again() || !leadsOn(known.positions(), beginnings, ends);
        Map<TopicPartition, OffsetRange> ranges = new HashMap<>();
        ends.forEach((partition, end) -> ranges.put(partition, new OffsetRange(
                fromBeginning ? beginnings.get(partition) : known.positions().get(partition.partition()), end)));
        if (fromBeginning) {
            LOG.atInfo().addKeyValue("region", region).log("All nodes of a region are read from its topic");
            Map<Integer, Long> first = new HashMap<>();
            beginnings.forEach((partition, offset) -> first.put(partition.partition(), offset));
            if (!apply(region, Batch.beginning(topicId, first), token)) {
                return; // another replica leads now
            }
        }
        RecordHeaders newest = newest(region, consumer, ranges);
        OffsetRangeReader records = new OffsetRangeReader(consumer, ranges, BATCH);
        int batches = 0;
        do {
            if (!apply(region, batch(region, topicId, records, ends, known.positions(), newest), token)) {
                return;
            }
        } while (!records.done() && ++batches < MOST_BATCHES);
    }

    /** The newest record of the topic, for information: that it cannot be read stops nothing. */
    private static RecordHeaders newest(
            String region, TopicConsumer consumer, Map<TopicPartition, OffsetRange> unread) {
        try {
            return TopicEnd.newest(consumer, unread, BATCH);
        } catch (TopicUnavailableException e) {
            LOG.atDebug().addKeyValue("region", region).addKeyValue("reason", e.getMessage())
                    .log("The end of a region's topic cannot be read");
            return null;
        }
    }

    /** Whether what is noted is still where the topic can be read on. */
    private static boolean leadsOn(
            Map<Integer, Long> positions, Map<TopicPartition, Long> beginnings, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> {
            Long position = positions.get(end.getKey().partition());
            return position != null && position >= beginnings.get(end.getKey()) && position <= end.getValue();
        });
    }

    /** @param before up to where the topic had been read: what is read again says nothing of whether a region lives */
    private Batch batch(
            String region, String topicId, OffsetRangeReader records, Map<TopicPartition, Long> ends,
            Map<Integer, Long> before, RecordHeaders newest) {
        List<RemoteRecord> all = new ArrayList<>();
        int unreadable = 0;
        boolean heard = false;
        String error = null;
        for (ConsumerRecord<byte[], byte[]> record : records.next()) {
            heard |= record.offset() >= before.getOrDefault(record.partition(), 0L);
            try {
                all.add(reader.read(record));
            } catch (UnreadableRecordException e) {
                unreadable++;
                RemoteRecordReader.unreadable(record).ifPresent(all::add);
                error = e.getMessage() + " (partition " + record.partition() + ", offset " + record.offset() + ")";
            }
        }
        if (unreadable > 0) {
            LOG.atWarn().addKeyValue("region", region).addKeyValue("records", unreadable)
                    .addKeyValue("last", error).log("Records of a region cannot be read and are passed over");
        }
        Map<Integer, Long> positions = new HashMap<>();
        long lag = 0;
        for (Map.Entry<TopicPartition, Long> position : records.positions().entrySet()) {
            positions.put(position.getKey().partition(), position.getValue());
            lag += ends.get(position.getKey()) - position.getValue();
        }
        return new Batch(topicId, false, heard, all, unreadable, error, positions, lag, newest, records.done());
    }

    /** A record that PostgreSQL refuses costs no other. */
    private boolean apply(String region, Batch batch, long token) {
        int most = settings.regions().maxNodes();
        try {
            return repository.apply(region, batch, token, most);
        } catch (StoreRefusedException e) {
            if (batch.records().size() <= 1) {
                LOG.atWarn().addKeyValue("region", region).addKeyValue("reason", e.getMessage())
                        .log("A record of a region is refused by PostgreSQL and is passed over");
                return repository.apply(region, batch.refused(), token, most);
            }
            return batch.halves().stream().allMatch(half -> apply(region, half, token));
        }
    }

    @PreDestroy
    synchronized void close() {
        consumers.values().forEach(TopicConsumer::close);
        consumers.clear();
    }
}
