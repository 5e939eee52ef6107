// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.kafka.deadletter.DeadLetterHeaders;

class DeadLetterTest {

    private static final Instant TIME = Instant.ofEpochMilli(1_770_000_000_123L);

    private final RecordHeaders headers = new RecordHeaders();

    @Test
    void believesOnlyTheHeadersThatTheRegistryWroteAfterTheSenders() {
        header(DeadLetterHeaders.REASON, "refused");
        header(DeadLetterHeaders.FIELD, "$: by the sender");
        header(DeadLetterHeaders.OFFSET, "1");
        header(DeadLetterHeaders.REASON, "unreadable");
        header(DeadLetterHeaders.FIELD, "payload.node_id: is missing");
        header(DeadLetterHeaders.FIELD, "no colon");
        header(DeadLetterHeaders.PARTITION, "4");
        header(DeadLetterHeaders.OFFSET, "77");
        header(DeadLetterHeaders.TIMESTAMP, "5");

        DeadLetter letter = letter("{}".getBytes(UTF_8), null);

        assertThat(letter.reason()).isEqualTo("unreadable");
        assertThat(letter.fields())
                .containsExactly(new FieldError("payload.node_id", "is missing"), new FieldError("$", "no colon"));
        assertThat(letter.origin()).isEqualTo(new DeadLetter.Origin("a", 4, 77L, Instant.ofEpochMilli(5)));
    }

    @Test
    void isReadThoughNobodyOfOursWroteIt() {
        header(DeadLetterHeaders.OFFSET, "none");

        DeadLetter letter = letter(null, null);

        assertThat(letter.reason()).isNull();
        assertThat(letter.origin()).isEqualTo(new DeadLetter.Origin("a", null, null, null));
        assertThat(letter.payloadSize()).isZero();
        assertThat(letter.nodeId()).isNull();
    }

    /** They would be shown as times that ISO-8601 has not. */
    @ParameterizedTest
    @ValueSource(strings = {"999999999999999999", "253402300800000", "-99999999999999999"})
    void hasNoTimeWhereAStrangerWroteOneThatNobodyHas(String milliseconds) {
        header(DeadLetterHeaders.TIMESTAMP, milliseconds);

        assertThat(letter(null, null).origin().timestamp()).isNull();
    }

    @Test
    void cutsTheExcerptAtACharacter() {
        byte[] value = ("x".repeat(499) + "\ud83d\ude00".repeat(300)).getBytes(UTF_8);

        DeadLetter letter = letter(value, null);

        assertThat(letter.payloadExcerpt()).isEqualTo("x".repeat(499));
        assertThat(letter.payloadSize()).isEqualTo(value.length);
    }

    @Test
    void findsTheNodeInTheEnvelopeOrBesideIt() {
        assertThat(letter("{\"payload\": {\"node_id\": \"a\"}}".getBytes(UTF_8), null).nodeId()).isEqualTo("a");
        assertThat(letter("{\"node_id\": \"b\"}".getBytes(UTF_8), null).nodeId()).isEqualTo("b");
        assertThat(letter("{\"node_id\": 7}".getBytes(UTF_8), null).nodeId()).isNull();
        assertThat(letter("[".repeat(5000).getBytes(UTF_8), null).nodeId()).isNull();
    }

    @Test
    void findsTheNodeInWhatIsLeftOfATruncatedRecordAndSaysTheSizeOfTheWhole() {
        header(DeadLetterHeaders.TRUNCATED, "by the sender");
        header(DeadLetterHeaders.REASON, "unreadable");
        assertThat(letter(null, null).truncated()).isNull();
        header(DeadLetterHeaders.TRUNCATED, "value,headers");
        header(DeadLetterHeaders.VALUE_SIZE, "3145728");
        header(DeadLetterHeaders.VALUE_SHA256, "abc");

        DeadLetter letter =
                letter("{\"payload\": {\"x\": [1, {}], \"node_id\": \"a\", \"node_ty".getBytes(UTF_8), null);

        assertThat(letter.nodeId()).isEqualTo("a");
        assertThat(letter.payloadSize()).isEqualTo(3_145_728);
        assertThat(letter.truncated()).isEqualTo(new Truncation("value,headers", 3_145_728L, "abc"));
    }

    @Test
    void takesNoNegativeSizeOfAForgedHeaderForTheSizeOfTheWhole() {
        header(DeadLetterHeaders.TRUNCATED, "value");
        header(DeadLetterHeaders.VALUE_SIZE, "-7");

        assertThat(letter(new byte[3], null).payloadSize()).isEqualTo(3);
    }

    @Test
    void isSmallHoweverLargeItsRecordIs() {
        for (int i = 0; i < 10_000; i++) {
            header(DeadLetterHeaders.FIELD, "field: " + "x".repeat(5_000));
        }

        DeadLetter letter = letter(("[0]," + "[0],".repeat(500_000)).getBytes(UTF_8), null);

        assertThat(letter.bytes()).isLessThan(60_000);
    }

    @Test
    void isOpenWhenWhatIsNotedIsOfAnotherLetterInItsPlace() {
        ReplayedDeadLetter same = new ReplayedDeadLetter("a.dlq", 0, 9, TIME, "applied", null, TIME, "operator");
        ReplayedDeadLetter former =
                new ReplayedDeadLetter("a.dlq", 0, 9, TIME.minusSeconds(9), "applied", null, TIME, "operator");

        assertThat(letter(null, same).status()).isEqualTo("applied");
        assertThat(letter(null, former).status()).isEqualTo("open");
        assertThat(letter(null, null).status()).isEqualTo("open");
    }

    private void header(String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
    }

    private DeadLetter letter(byte[] value, ReplayedDeadLetter replayed) {
        return DeadLetter.of(
                new ConsumerRecord<>(
                        "a.dlq", 0, 9, TIME.toEpochMilli(), TimestampType.CREATE_TIME, 0, 0, null, value, headers,
                        java.util.Optional.empty()),
                "a",
                replayed);
    }
}
