// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.kafka.deadletter.DeadLetterHeaders;
import org.nodebridge.registry.kafka.deadletter.FittedDeadLetter;

class BoundedHeadersTest {

    private static final int MAX = 8 * 1024;
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final RecordHeaders headers = new RecordHeaders();

    @Test
    void leavesAPollAloneWhoseHeadersAreInOrder() {
        headers.add("h", new byte[MAX / 2]);
        ConsumerRecords<byte[], byte[]> polled = polled(record(null));

        assertThat(BoundedHeaders.of(polled, MAX)).isSameAs(polled);
    }

    @Test
    void leavesHeadersOutThatAreTooLargeTogetherAndSaysHowLargeTheyWere() {
        for (int i = 0; i < 20; i++) {
            headers.add("h" + i, new byte[MAX / 10]);
        }

        ConsumerRecord<byte[], byte[]> kept = only(BoundedHeaders.of(polled(record("{}".getBytes(UTF_8))), MAX));
        ProducerRecord<byte[], byte[]> letter =
                FittedDeadLetter.of("dlq", null, kept.value(), kept.headers(), List.of(), MAX);

        assertThat(kept.headers()).extracting(Header::key).containsExactly(BoundedValueDeserializer.WHOLE_HEADERS);
        assertThat(letter.value()).isEqualTo(kept.value());
        assertThat(text(letter, DeadLetterHeaders.TRUNCATED)).isEqualTo("headers");
        assertThat(Integer.parseInt(text(letter, DeadLetterHeaders.HEADERS_SIZE)))
                .isBetween(2 * MAX, 2 * MAX + 20 * 210);
    }

    @Test
    void keepsAllElseOfARecordAndThePositionBehindIt() {
        headers.add("h", new byte[2 * MAX]);
        ConsumerRecord<byte[], byte[]> record = record(new byte[] {1});

        ConsumerRecords<byte[], byte[]> bounded = BoundedHeaders.of(polled(record), MAX);

        assertThat(bounded.nextOffsets()).isEqualTo(polled(record).nextOffsets());
        assertThat(only(bounded)).usingRecursiveComparison().ignoringFields("headers").isEqualTo(record);
    }

    @Test
    void stripsHeadersOfOurNamesThatASenderWroteAndKeepsOurOwn() {
        BoundedValueDeserializer.Whole ours = new BoundedValueDeserializer.Whole(
                BoundedValueDeserializer.WHOLE, 7, "digest");
        headers.add(BoundedValueDeserializer.WHOLE, "1 forged".getBytes(UTF_8)).add("own", new byte[] {1})
                .add(BoundedValueDeserializer.WHOLE_KEY, null).add(ours);

        ConsumerRecord<byte[], byte[]> kept = only(BoundedHeaders.of(polled(record(null)), MAX));

        assertThat(kept.headers()).extracting(Header::key).containsExactly("own", BoundedValueDeserializer.WHOLE);
        assertThat(kept.headers().lastHeader(BoundedValueDeserializer.WHOLE)).isSameAs(ours);
    }

    /** By the client's own remove, each of these would take minutes or hours. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Timeout(value = 1, unit = TimeUnit.MINUTES)
    void cutsAMillionEmptyHeadersInOnePass(boolean ofOneName) {
        for (int i = 0; i < 1_000_000; i++) {
            headers.add(ofOneName ? "a" : Integer.toString(i, 36), null);
        }

        assertThat(only(BoundedHeaders.of(polled(record(null)), 100 * 1024 * 1024)).headers())
                .extracting(Header::key)
                .containsExactly(BoundedValueDeserializer.WHOLE_HEADERS);
    }

    private ConsumerRecord<byte[], byte[]> record(byte[] value) {
        return new ConsumerRecord<>("t", 0, 5, 99, TimestampType.LOG_APPEND_TIME, 3, 4, null, value, headers,
                Optional.of(2));
    }

    private static ConsumerRecords<byte[], byte[]> polled(ConsumerRecord<byte[], byte[]> record) {
        return new ConsumerRecords<>(
                Map.of(PARTITION, List.of(record)), Map.of(PARTITION, new OffsetAndMetadata(6, Optional.of(2), "")));
    }

    private static ConsumerRecord<byte[], byte[]> only(ConsumerRecords<byte[], byte[]> records) {
        assertThat(records.count()).isEqualTo(1);
        return records.iterator().next();
    }

    private static String text(ProducerRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }
}
