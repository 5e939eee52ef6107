// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;

/** A record that is on its topic, and how to recognize it as a dead letter. */
record Sent(ProducerRecord<byte[], byte[]> record, RecordMetadata where) {

    /** Sends a record with headers of the sender's own, one of them twice. */
    static Sent to(Registry registry, String topic, String key, byte[] value) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key.getBytes(UTF_8), value);
        record.headers().add("trace", new byte[] {0, (byte) 0xff, 7});
        record.headers().add("hop", "first".getBytes(UTF_8)).add("hop", "second".getBytes(UTF_8));
        return new Sent(record, registry.broker().publish(record));
    }

    /** The dead letter made of it, among those of its topic. */
    Optional<ConsumerRecord<byte[], byte[]>> findIn(List<ConsumerRecord<byte[], byte[]>> deadLetters) {
        return deadLetters.stream()
                .filter(letter -> header(letter, "topic").equals(List.of(where.topic()))
                        && header(letter, "partition").equals(List.of(Integer.toString(where.partition())))
                        && header(letter, "offset").equals(List.of(Long.toString(where.offset()))))
                .findFirst();
    }

    /** What was sent is all there, as it was, and the headers say where it came from. */
    void isWholeIn(ConsumerRecord<byte[], byte[]> letter) {
        assertThat(letter.key()).isEqualTo(record.key());
        assertThat(letter.value()).isEqualTo(record.value());
        assertThat(originals(letter.headers())).isEqualTo(originals(record.headers()));
        assertThat(header(letter, "reason")).containsExactly("unreadable");
        assertThat(header(letter, "timestamp")).containsExactly(Long.toString(where.timestamp()));
    }

    /** The paths of the fields that the dead letter calls broken, each with what is wrong with it. */
    static List<String> brokenFields(ConsumerRecord<byte[], byte[]> letter) {
        assertThat(header(letter, "field")).isNotEmpty().allMatch(field -> field.matches("(?s)\\S+: \\S.*"));
        return header(letter, "field").stream().map(field -> field.substring(0, field.indexOf(": "))).toList();
    }

    /** The record's correlation id as the dead letter has it; empty without one. */
    static List<String> correlationId(ConsumerRecord<byte[], byte[]> letter) {
        return header(letter, "correlation-id");
    }

    private static List<String> header(ConsumerRecord<byte[], byte[]> letter, String name) {
        return Broker.headers(letter, "registry-dlq-" + name);
    }

    private static List<String> originals(Iterable<Header> headers) {
        return StreamSupport.stream(headers.spliterator(), false)
                .filter(header -> !header.key().startsWith("registry-dlq-"))
                .map(header -> header.key() + "=" + HexFormat.of().formatHex(header.value()))
                .toList();
    }
}
