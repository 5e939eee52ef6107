// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.fuzz.Bounded;
import org.nodebridge.registry.fuzz.Texts;
import org.nodebridge.registry.kafka.deadletter.DeadLetterHeaders;
import org.nodebridge.registry.kafka.deadletter.DeadLetterId;

class DeadLetterFuzzTest {

    private static final List<String> NAMES = List.of(
            DeadLetterHeaders.REASON, DeadLetterHeaders.FIELD, DeadLetterHeaders.FIELD, DeadLetterHeaders.TOPIC,
            DeadLetterHeaders.PARTITION, DeadLetterHeaders.OFFSET, DeadLetterHeaders.TIMESTAMP,
            DeadLetterHeaders.CORRELATION_ID);

    /** The first lines of the input are the values of headers, the last is that of the record. */
    @MethodSource("seeds")
    @FuzzTest
    void everyRecordOfADeadLetterTopicCanBeShown(byte[] input) {
        String[] lines = new String(input, ISO_8859_1).split("\n", NAMES.size() + 1);
        Headers headers = new RecordHeaders();
        for (int i = 0; i < lines.length - 1; i++) {
            headers.add(NAMES.get(i), lines[i].isEmpty() ? null : lines[i].getBytes(ISO_8859_1));
        }
        byte[] value = lines[lines.length - 1].getBytes(ISO_8859_1);

        DeadLetter letter = Bounded.time(() -> letter(headers, value));

        assertThat(letter.payloadExcerpt().length()).isLessThanOrEqualTo(500);
        assertThat(letter.payloadSize()).isEqualTo(value.length);
        assertThat(letter.fields()).allSatisfy(field -> assertThat(field.field()).isNotNull());
        assertThat(letter.nodeId() == null || letter.nodeId().length() <= 255 && !letter.nodeId().isBlank()).isTrue();
        assertThat(DeadLetterId.parse(letter.id().toString())).contains(letter.id());
        for (String text : Texts.of(input)) {
            DeadLetterId.parse(text).ifPresent(id -> assertThat(id.partition()).isNotNegative());
        }
    }

    private static DeadLetter letter(Headers headers, byte[] value) {
        return DeadLetter.of(
                new ConsumerRecord<>(
                        "a.dlq", 0, 9, 1, TimestampType.CREATE_TIME, 0, 0, value, value, headers, Optional.empty()),
                "a", null);
    }

    static Stream<byte[]> seeds() {
        String headers = "unreadable\npayload.node_id: is missing\nno colon\ntopic\n4\n77\n5\ncorrelation\n";
        return Texts.seeds(
                headers + "{\"payload\": {\"node_id\": \"a\"}}", headers + "{\"node_id\": 1e2147483648}",
                headers + "[".repeat(5000), headers + "{\"a\":" + "9".repeat(2000) + ",\"node_id\":\"a\"}", headers,
                "\n\n\n\n\n\n\n\n", "x\n: \n:\n\n999999999999999999\n-1\n-999999999999999999\n\nnull",
                "x\n\n\n\n\u0661\n9223372036854775808\n+5\n\n7", "t:0:1", "t:2147483648:0", "t:-1:0",
                headers + "\uFEFF{\"node_id\":\"a\"}", headers + "{\"" + "n".repeat(60_000) + "\":1}",
                headers + "\"" + "\u00e9".repeat(300) + "\ud83d\ude00".repeat(300));
    }
}
