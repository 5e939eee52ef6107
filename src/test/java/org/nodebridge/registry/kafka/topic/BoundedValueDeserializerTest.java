// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.Sha256;
import org.nodebridge.registry.kafka.deadletter.DeadLetterHeaders;
import org.nodebridge.registry.kafka.deadletter.FittedDeadLetter;

class BoundedValueDeserializerTest {

    private static final int MAX = 8 * 1024;

    private final BoundedValueDeserializer deserializer = new BoundedValueDeserializer();
    private final RecordHeaders headers = new RecordHeaders();

    BoundedValueDeserializerTest() {
        deserializer.configure(Map.of(BoundedValueDeserializer.MAX_BYTES, MAX), false);
    }

    @Test
    void keepsWhatFitsAsItIs() {
        byte[] value = new byte[MAX];

        assertThat(deserializer.deserialize("t", headers, value)).isSameAs(value);
        assertThat(deserializer.deserialize("t", headers, (byte[]) null)).isNull();
        assertThat(headers).isEmpty();
    }

    @Test
    void deadLetterOfACutValueSaysSizeAndDigestOfTheWhole() throws Exception {
        byte[] value = new byte[50 * MAX];
        Arrays.fill(value, (byte) ' ');
        headers.add(BoundedValueDeserializer.WHOLE, "1 forged".getBytes(UTF_8)).add("own", new byte[] {1});

        byte[] kept = deserializer.deserialize("t", headers, value);
        ProducerRecord<byte[], byte[]> letter = FittedDeadLetter.of("dlq", null, kept, headers, List.of(), MAX);

        assertThat(kept).hasSize(MAX);
        assertThat(text(letter, DeadLetterHeaders.TRUNCATED)).isEqualTo("value");
        assertThat(text(letter, DeadLetterHeaders.VALUE_SIZE)).isEqualTo(Integer.toString(50 * MAX));
        assertThat(text(letter, DeadLetterHeaders.VALUE_SHA256))
                .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value)));
        assertThat(letter.headers().lastHeader("own")).isNotNull();
        assertThat(letter.headers().lastHeader(BoundedValueDeserializer.WHOLE)).isNull();
    }

    @Test
    void deadLetterOfACutKeySaysSizeAndDigestOfTheWhole() {
        byte[] key = new byte[50 * MAX];
        BoundedValueDeserializer keys = BoundedValueDeserializer.of(MAX, true);

        byte[] keptKey = keys.deserialize("t", headers, key);
        byte[] kept = deserializer.deserialize("t", headers, "{}".getBytes(UTF_8));
        ProducerRecord<byte[], byte[]> letter = FittedDeadLetter.of("dlq", keptKey, kept, headers, List.of(), MAX);

        assertThat(keptKey).hasSize(MAX);
        assertThat(text(letter, DeadLetterHeaders.TRUNCATED)).contains("key");
        assertThat(text(letter, DeadLetterHeaders.KEY_SIZE)).isEqualTo(Integer.toString(50 * MAX));
        assertThat(text(letter, DeadLetterHeaders.KEY_SHA256)).isEqualTo(Sha256.hex(key));
        assertThat(letter.headers()).noneMatch(header -> header.key().startsWith("node-bridge-whole"));
    }

    /** Kafka asks no deserializer about a tombstone, and letters of a replay are read by another one. */
    @Test
    void neitherParsesNorBelievesAHeaderOfItsNameThatHasComeAllTheWay() throws Exception {
        byte[] value = new byte[2 * MAX];
        byte[][] forged = {
            null, {}, "forged".getBytes(UTF_8), "1 forged".getBytes(UTF_8), " ".getBytes(UTF_8),
            (Long.MAX_VALUE + "0 ").getBytes(UTF_8), {(byte) 0xff, 0, ' '}, new byte[100_000]};
        for (byte[] header : forged) {
            RecordHeaders own = new RecordHeaders();
            own.add(BoundedValueDeserializer.WHOLE, header).add("own", new byte[] {1});

            ProducerRecord<byte[], byte[]> letter = FittedDeadLetter.of("dlq", null, value, own, List.of(), MAX);
            ProducerRecord<byte[], byte[]> tombstone =
                    FittedDeadLetter.of("dlq", new byte[2 * MAX], null, own, List.of(), MAX);

            assertThat(text(letter, DeadLetterHeaders.TRUNCATED)).isEqualTo("value");
            assertThat(text(letter, DeadLetterHeaders.VALUE_SIZE)).isEqualTo(Integer.toString(value.length));
            assertThat(text(letter, DeadLetterHeaders.VALUE_SHA256))
                    .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value)));
            assertThat(letter.headers().lastHeader(BoundedValueDeserializer.WHOLE)).isNull();
            assertThat(letter.headers().lastHeader("own")).isNotNull();
            assertThat(text(tombstone, DeadLetterHeaders.TRUNCATED)).isEqualTo("key");
            assertThat(text(tombstone, DeadLetterHeaders.VALUE_SIZE)).isEqualTo("0");
            assertThat(text(tombstone, DeadLetterHeaders.VALUE_SHA256)).isNull();
        }
    }

    private static String text(ProducerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), UTF_8);
    }
}
