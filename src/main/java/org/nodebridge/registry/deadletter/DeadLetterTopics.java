// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.http.TooMuchAtOnceException;
import org.nodebridge.registry.kafka.deadletter.DeadLetterId;
import org.nodebridge.registry.kafka.topic.OffsetRange;
import org.nodebridge.registry.kafka.topic.OffsetRangeReader;
import org.nodebridge.registry.kafka.topic.TopicConsumer;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;

/** The dead-letter topics of the input topics, to look at. Safe from any thread. */
@ApplicationScoped
public class DeadLetterTopics {

    /** How long one call looks for letters that fit; then it gives what it has. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(15);

    private static final int NEAR = 200;

    @Inject
    private KafkaSettings settings;

    @Inject
    private RegistrySettings registry;

    @Inject
    private DeadLetterReplayRepository replays;

    @Inject
    private DeadLetterReads reads;

    /**
     * Letters that fit, newest first. A page may be short, or empty, with more to come, where few of many fit.
     *
     * @param next as the page before gave it, or {@code null} for the first page
     * @throws TopicUnavailableException when Kafka does not answer
     * @throws TooMuchAtOnceException when as many others read as may
     */
    public DeadLetterPage page(DeadLetterFilter filter, Map<TopicPartition, Long> next, int limit) {
        return page(filter, next, limit, LONGEST_LOOK);
    }

    /** @param longest how long to look for letters that fit, beside the seconds that Kafka may take to answer at all */
    public DeadLetterPage page(
            DeadLetterFilter filter, Map<TopicPartition, Long> next, int limit, Duration longest) {
        return reads.read(() -> readPage(filter, next, limit, longest));
    }

    private DeadLetterPage readPage(
            DeadLetterFilter filter, Map<TopicPartition, Long> next, int limit, Duration longest) {
        BooleanSupplier timeLeft = within(longest);
        try (TopicConsumer consumer = consumer()) {
            Map<TopicPartition, OffsetRange> spans = spans(consumer, filter, next);
            int bytes = registry.buffers().deadLetterPageBytes();
            return new NewestFirst(spans, bytes, (partition, span) -> letters(consumer, partition, span, filter))
                    .page(limit, timeLeft);
        }
    }

    /**
     * One letter with its record; empty when the topic does not have it, or no longer.
     *
     * @throws TopicUnavailableException when Kafka does not answer
     * @throws TooMuchAtOnceException when as many others read as may
     */
    public Optional<WholeDeadLetter> find(DeadLetterId id) {
        return reads.read(() -> readWhole(id));
    }

    private Optional<WholeDeadLetter> readWhole(DeadLetterId id) {
        try (TopicConsumer consumer = consumer()) {
            List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
            read(consumer, List.of(id), found::addAll);
            return found.stream().findFirst().map(record -> new WholeDeadLetter(
                    DeadLetter.of(record, originalTopic(id.topic()).orElseThrow(), replays.find(
                            id.topic(), id.partition(), id.offset(), id.offset())
                            .get(id.offset())),
                    record.value()));
        }
    }

    /** A letter and its whole payload, which may be {@code null}. */
    public record WholeDeadLetter(DeadLetter letter, byte[] payload) {

        /** About the bytes that it takes, in memory and in an answer. */
        long bytes() {
            return letter.bytes() + (payload == null ? 0 : 4L * payload.length);
        }
    }

    TopicConsumer consumer() {
        return new TopicConsumer(settings);
    }

    /** The input topic whose dead letters a topic has. */
    Optional<String> originalTopic(String deadLetterTopic) {
        return settings.inputTopics().stream()
                .filter(topic -> settings.deadLetterTopic(topic).equals(deadLetterTopic))
                .findFirst();
    }

    /** What there is of each partition that the filter's topic and beginning leave. */
    Map<TopicPartition, OffsetRange> spans(TopicConsumer consumer, DeadLetterFilter filter,
            Map<TopicPartition, Long> next) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : settings.inputTopics()) {
            String deadLetterTopic = settings.deadLetterTopic(topic);
            if (filter.covers(topic, deadLetterTopic)) {
                partitions.addAll(consumer.partitions(deadLetterTopic));
            }
        }
        if (next != null) {
            partitions.retainAll(next.keySet());
        }
        Map<TopicPartition, Long> beginnings =
                filter.from() == null ? consumer.beginnings(partitions) : consumer.from(filter.from(), partitions);
        Map<TopicPartition, OffsetRange> spans = new LinkedHashMap<>();
        consumer.ends(partitions).forEach((partition, end) -> spans.put(partition, new OffsetRange(
                beginnings.get(partition), next == null ? end : Math.min(end, next.get(partition)))));
        return spans;
    }

    /** How much of letters is read at a time. */
    OffsetRangeReader.Limit limit() {
        return new OffsetRangeReader.Limit(NEAR, registry.buffers().replayBytes());
    }

    /** Reads the records of those ids that there are, in their order in the topics, and gives some at a time. */
    void read(TopicConsumer consumer, List<DeadLetterId> ids, Consumer<List<ConsumerRecord<byte[], byte[]>>> some) {
        List<TopicPartition> partitions = ids.stream()
                .map(DeadLetterId::topic)
                .distinct()
                .filter(topic -> originalTopic(topic).isPresent())
                .flatMap(topic -> consumer.partitions(topic).stream())
                .toList();
        Map<TopicPartition, Long> beginnings = consumer.beginnings(partitions);
        Map<TopicPartition, Long> ends = consumer.ends(partitions);
        for (TopicPartition partition : partitions) {
            List<Long> offsets = ids.stream()
                    .filter(id -> id.topicPartition().equals(partition))
                    .map(DeadLetterId::offset)
                    .filter(offset -> offset >= beginnings.get(partition) && offset < ends.get(partition))
                    .toList();
            for (OffsetRange span : OffsetRange.around(offsets, NEAR)) {
                OffsetRangeReader reader = new OffsetRangeReader(consumer, Map.of(partition, span), limit());
                while (!reader.done()) {
                    List<ConsumerRecord<byte[], byte[]>> found = reader.next().stream()
                            .filter(record -> offsets.contains(record.offset()))
                            .toList();
                    if (!found.isEmpty()) {
                        some.accept(found);
                    }
                }
            }
        }
    }

    private List<DeadLetter> letters(
            TopicConsumer consumer, TopicPartition partition, OffsetRange span, DeadLetterFilter filter) {
        String originalTopic = originalTopic(partition.topic()).orElseThrow();
        Map<Long, ReplayedDeadLetter> replayed = new HashMap<>(
                replays.find(partition.topic(), partition.partition(), span.from(), span.to() - 1));
        List<DeadLetter> letters = new ArrayList<>();
        OffsetRangeReader reader = new OffsetRangeReader(consumer, Map.of(partition, span), limit());
        while (!reader.done()) {
            for (ConsumerRecord<byte[], byte[]> record : reader.next()) {
                if (filter.fits(record)) {
                    DeadLetter letter = DeadLetter.of(record, originalTopic, replayed.get(record.offset()));
                    if (filter.fits(letter)) {
                        letters.add(letter);
                    }
                }
            }
        }
        return letters;
    }

    static BooleanSupplier within(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        return () -> System.nanoTime() < end;
    }
}
