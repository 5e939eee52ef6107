// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.FieldError;

class FittedDeadLetterTest {

    private static final int LIMIT = 64 * 1024;
    private static final List<Header> OWN =
            new DeadLetterHeaderWriter().with(DeadLetterHeaders.REASON, "unreadable").all();
    private static final List<Header> FEW = List.of(new RecordHeader("trace", bytes(20)));

    @Test
    void keepsARecordThatFitsAsItIs() {
        byte[] value = bytes(10_000);

        ProducerRecord<byte[], byte[]> letter = FittedDeadLetter.of("dlq", bytes(9), value, FEW, OWN, LIMIT);

        assertThat(letter.value()).isSameAs(value);
        assertThat(letter.headers()).hasSize(2);
    }

    @Test
    void cutsTheValueFirstAndSaysTheSizeAndDigestOfTheWhole() throws Exception {
        byte[] value = bytes(3 << 20);

        ProducerRecord<byte[], byte[]> letter = FittedDeadLetter.of("dlq", bytes(9), value, FEW, OWN, LIMIT);

        assertThat(FittedDeadLetter.size(letter)).isBetween(LIMIT / 2L, (long) LIMIT);
        assertThat(letter.value()).isEqualTo(Arrays.copyOf(value, letter.value().length));
        assertThat(letter.key()).hasSize(9);
        assertThat(text(letter, "trace")).isNotNull();
        assertThat(text(letter, DeadLetterHeaders.TRUNCATED)).isEqualTo("value");
        assertThat(text(letter, DeadLetterHeaders.VALUE_SIZE)).isEqualTo(Integer.toString(3 << 20));
        assertThat(text(letter, DeadLetterHeaders.VALUE_SHA256))
                .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value)));
    }

    @Test
    void cutsAKeyThatLeavesNoRoomForTheValue() {
        ProducerRecord<byte[], byte[]> letter = FittedDeadLetter.of("dlq", bytes(1 << 20), bytes(100), FEW, OWN, LIMIT);

        assertThat(FittedDeadLetter.size(letter)).isLessThanOrEqualTo(LIMIT);
        assertThat(letter.value()).hasSize(100);
        assertThat(text(letter, DeadLetterHeaders.TRUNCATED)).isEqualTo("key");
        assertThat(text(letter, DeadLetterHeaders.KEY_SIZE)).isEqualTo(Integer.toString(1 << 20));
    }

    @Test
    void leavesOutManyAndLargeHeadersAndKeepsTheRegistrysOwn() {
        List<Header> many = Collections.nCopies(100_000, new RecordHeader("h", bytes(1)));
        List<Header> large = List.of(new RecordHeader(DeadLetterHeaders.REASON, bytes(1 << 20)));

        assertThat(List.of(many, large)).allSatisfy(headers -> {
            ProducerRecord<byte[], byte[]> letter =
                    FittedDeadLetter.of("dlq", null, bytes(2 << 20), headers, OWN, LIMIT);
            assertThat(FittedDeadLetter.size(letter)).isLessThanOrEqualTo(LIMIT);
            assertThat(letter.value()).hasSizeGreaterThan(LIMIT / 2);
            assertThat(text(letter, DeadLetterHeaders.REASON)).isEqualTo("unreadable");
            assertThat(text(letter, DeadLetterHeaders.TRUNCATED)).isEqualTo("value,headers");
            assertThat(text(letter, DeadLetterHeaders.HEADERS_SIZE)).isNotNull();
        });
    }

    @Test
    void takesARecordOfNothing() {
        List<Header> none = List.of(new RecordHeader("nothing", (byte[]) null));

        ProducerRecord<byte[], byte[]> letter = FittedDeadLetter.of("dlq", null, null, none, OWN, 0);

        assertThat(letter.key()).isNull();
        assertThat(letter.value()).isNull();
    }

    @Test
    void boundsWhatTheRegistryItselfSays() {
        List<FieldError> errors = Collections.nCopies(5000, new FieldError("x".repeat(1 << 20), "is \u20ac unknown"));

        List<Header> headers = new DeadLetterHeaderWriter()
                .withFields(DeadLetterHeaders.FIELD, errors)
                .with(DeadLetterHeaders.CORRELATION_ID, "\u20ac".repeat(100_000))
                .all();

        assertThat(headers.stream().mapToInt(header -> header.value().length).sum()).isLessThan(20_000);
        assertThat(new String(headers.get(headers.size() - 1).value(), UTF_8)).matches("\u20ac+");
    }

    private static String text(ProducerRecord<byte[], byte[]> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), UTF_8);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ('a' + i % 23);
        }
        return bytes;
    }
}
