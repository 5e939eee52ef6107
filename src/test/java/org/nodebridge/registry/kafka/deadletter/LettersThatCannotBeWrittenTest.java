// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.concurrent.Backoff;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.kafka.ReadRecord;
import org.nodebridge.registry.kafka.Retries;
import org.nodebridge.registry.kafka.topic.BoundedValueDeserializer;
import org.nodebridge.registry.kafka.topic.QuarantineRefusedException;
import org.nodebridge.registry.kafka.topic.RecordPublisher;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;
import org.nodebridge.registry.kafka.topic.Topics;
import org.nodebridge.registry.metrics.RegistryMetrics;

public class LettersThatCannotBeWrittenTest {

    private static final List<RuntimeException> FINAL = List.of(
            new TopicAuthorizationException("no"), new RecordTooLargeException("no"), new InvalidTopicException("no"));
    private static final List<RuntimeException> OUTAGES =
            List.of(new TimeoutException("no answer"), new NotEnoughReplicasException("too few"));

    private final KafkaSettings settings = RegistrySettings.read(key -> Optional.empty()).kafka();
    private final ConsumerProgress progress = new ConsumerProgress();
    private final List<String> counted = new ArrayList<>();
    private final List<ProducerRecord<byte[], byte[]>> sent = new ArrayList<>();
    private final List<Integer> waits = new ArrayList<>();
    private RuntimeException failure;
    private RuntimeException ofTopics;
    private int outageEndsAfter = Integer.MAX_VALUE;

    private final DeadLetterPublisher publisher = new DeadLetterPublisher(new Broker()) {
        @Override
        public int largest() {
            return 2 << 20;
        }
    };
    private final DeadLetterLog log = new DeadLetterLog();
    private final DeadLetters letters = new DeadLetters(publisher, settings, new Metrics(), progress, log);
    private final KafkaQuarantine quarantine =
            new KafkaQuarantine(publisher, new NoTopics(), settings, new Metrics(), progress, log);
    private final Retries retries = new Retries(new Waits(), progress, letters, new NoTopics(), null, null);

    @Test
    public void countsAndShowsADeadLetterThatTheBrokerWillNeverTakeAndWaitsForNothing() {
        for (RuntimeException refusal : FINAL) {
            failure = refusal;
            counted.clear();

            assertThat(retries.deadLetter(List.of(unreadable(7)), Map.of())).isTrue();

            assertThat(waits).isEmpty();
            assertThat(counted).containsExactly("not written: topic");
            assertThat(progress.losses()).containsEntry(
                    "last_dead_letter_not_written", "topic-3@7: " + refusal.getClass().getSimpleName());
        }
        assertThat(progress.losses()).containsEntry("dead_letters_not_written", (long) FINAL.size());
    }

    @Test
    public void holdsOnToARecordWhileItsDeadLetterMayStillBeWritten() {
        for (RuntimeException outage : OUTAGES) {
            failure = outage;
            waits.clear();
            counted.clear();
            outageEndsAfter = 3;

            assertThat(retries.deadLetter(List.of(unreadable(7)), Map.of())).isTrue();

            assertThat(waits).containsExactly(1, 2, 3);
            assertThat(counted).containsExactly("written: topic");
        }
        assertThat(progress.losses()).isEmpty();
    }

    @Test
    public void refusesALetterThatTheQuarantineWillNeverTakeAndCountsAndShowsIt() {
        for (RuntimeException refusal : FINAL) {
            failure = refusal;
            counted.clear();

            assertThatThrownBy(this::quarantine)
                    .isInstanceOf(QuarantineRefusedException.class)
                    .hasMessageContaining(refusal.getClass().getSimpleName());
            assertThat(counted).containsExactly("not written: topic");
            assertThat(progress.losses()).containsEntry(
                    "last_dead_letter_not_written", "topic.dlq:0:5: " + refusal.getClass().getSimpleName());
        }
    }

    @Test
    public void refusesALetterWhoseQuarantineMayNotBeMade() {
        ofTopics = new TopicAuthorizationException("no");

        assertThatThrownBy(this::quarantine).isInstanceOf(QuarantineRefusedException.class);
        assertThat(counted).containsExactly("not written: topic");
        assertThat(sent).isEmpty();
    }

    @Test
    public void takesNoOutageOfTheQuarantineForARefusal() {
        for (RuntimeException outage : OUTAGES) {
            failure = outage;
            assertThatThrownBy(this::quarantine).isInstanceOf(TopicUnavailableException.class);
        }
        ofTopics = new KafkaException("the broker does not answer");
        assertThatThrownBy(this::quarantine).isInstanceOf(TopicUnavailableException.class);
        assertThat(counted).isEmpty();
        assertThat(progress.losses()).isEmpty();
    }

    @Test
    public void quarantinesALetterWithAnyHeadersThatAStrangerWrote() {
        ConsumerRecord<byte[], byte[]> letter = new ConsumerRecord<>("topic.dlq", 0, 5, null, new byte[3 << 20]);
        letter.headers().add(BoundedValueDeserializer.WHOLE, "forged".getBytes(UTF_8))
                .add(BoundedValueDeserializer.WHOLE, null).add("", null);

        assertThatCode(() -> put(letter)).doesNotThrowAnyException();
        assertThat(sent).singleElement().satisfies(record -> {
            assertThat(record.topic()).isEqualTo(settings.quarantineTopic("topic"));
            assertThat(record.headers().lastHeader(BoundedValueDeserializer.WHOLE)).isNull();
            assertThat(record.headers().lastHeader(KafkaQuarantine.LETTER).value()).asString()
                    .isEqualTo("topic.dlq:0:5");
        });
    }

    @Test
    public void leavesOutWhatASenderGaveTheNamesOfTheRegistrysHeaders() {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("topic", 3, 7, null, new byte[] {1});
        record.headers().add("trace", "x".getBytes(UTF_8)).add(DeadLetterHeaders.REASON, "forged".getBytes(UTF_8))
                .add(DeadLetterHeaders.KEY_SIZE, "99".getBytes(UTF_8)).add("Registry-DLQ-Other", null)
                .add(KafkaQuarantine.LETTER, "forged".getBytes(UTF_8));

        letters.write(record, "unreadable", List.of(), null).toCompletableFuture().join();
        ProducerRecord<byte[], byte[]> letter = sent.remove(0);

        assertThat(names(letter)).containsExactly(
                "trace", DeadLetterHeaders.REASON, DeadLetterHeaders.TOPIC, DeadLetterHeaders.PARTITION,
                DeadLetterHeaders.OFFSET, DeadLetterHeaders.TIMESTAMP);
        assertThat(letter.headers().headers(DeadLetterHeaders.REASON).iterator().next().value()).asString()
                .isEqualTo("unreadable");

        ConsumerRecord<byte[], byte[]> read = new ConsumerRecord<>("topic.dlq", 0, 5, null, new byte[] {1});
        letter.headers().forEach(read.headers()::add);
        read.headers().add(KafkaQuarantine.LETTER, "forged".getBytes(UTF_8));
        put(read);

        assertThat(names(sent.get(0))).startsWith(
                "trace", DeadLetterHeaders.REASON).containsOnlyOnce(KafkaQuarantine.LETTER);
    }

    /** Who may write to a topic may write any number of records that are dead-lettered. */
    @Test
    void writesOneLineAMinuteForEachReasonAndThenHowManyThereWereBesides() {
        Logger logger = Logger.getLogger(DeadLetterLog.class.getName());
        List<LogRecord> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            for (int minute = 0; minute < 2; minute++) {
                for (int i = 0; i < 50; i++) {
                    write("unreadable");
                    write("defect");
                    quarantine();
                }
                assertThat(lines).extracting(LogRecord::getLevel).containsExactly(
                        Level.WARNING, Level.WARNING, Level.WARNING);
                lines.clear();

                log.sum();

                assertThat(lines).extracting(LogRecord::getMessage).hasSize(3)
                        .allMatch(line -> line.contains("count=49"));
                lines.clear();
            }
            assertThat(counted).filteredOn("written: topic"::equals).hasSize(200);
        } finally {
            logger.removeHandler(handler);
        }
    }

    private void write(String reason) {
        letters.write(new ConsumerRecord<>("topic", 3, 7, null, new byte[] {1}), reason, List.of(), null)
                .toCompletableFuture().join();
    }

    private static List<String> names(ProducerRecord<byte[], byte[]> letter) {
        return Stream.of(letter.headers().toArray()).map(Header::key).toList();
    }

    private void quarantine() {
        put(new ConsumerRecord<>("topic.dlq", 0, 5, null, new byte[] {1}));
    }

    private void put(ConsumerRecord<byte[], byte[]> letter) {
        quarantine.put(letter, "topic", "unreadable", List.of(new FieldError("$", "is no JSON")), Instant.EPOCH);
    }

    private static ReadRecord unreadable(long offset) {
        return new ReadRecord(
                new ConsumerRecord<>("topic", 3, offset, null, new byte[] {1}),
                new Unreadable(List.of(new FieldError("$", "is no JSON")), null));
    }

    private final class Broker extends RecordPublisher {

        @Override
        public CompletionStage<Void> publish(ProducerRecord<byte[], byte[]> record) {
            if (failure != null && waits.size() < outageEndsAfter) {
                return CompletableFuture.failedFuture(failure);
            }
            sent.add(record);
            return CompletableFuture.completedFuture(null);
        }
    }

    private final class NoTopics extends Topics {

        @Override
        public void ensure() {
            // there are none
        }

        @Override
        public void ensureQuarantine(String topic) {
            if (ofTopics != null) {
                throw ofTopics;
            }
        }
    }

    private final class Waits extends Backoff {

        @Override
        public boolean waitAfter(int failures) {
            waits.add(failures);
            return true;
        }
    }

    private final class Metrics extends RegistryMetrics {

        Metrics() {
            super(null);
        }

        @Override
        public void deadLetter(String topic) {
            counted.add("written: " + topic);
        }

        @Override
        public void deadLetterNotWritten(String topic) {
            counted.add("not written: " + topic);
        }
    }
}
