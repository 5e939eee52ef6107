// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.store.jdbc.StoreClock;

class RecordReaderTest {

    private static final String TOPIC = "node-introspection.v1";

    private final Logger logger = Logger.getLogger(ReadRecord.class.getName());
    private final List<LogRecord> lines = new ArrayList<>();
    private final Handler handler = new Lines();
    private final ConsumerProgress progress = new ConsumerProgress();
    private Throwable ofClaims;
    private Throwable ofCounts;

    @TempDir
    private Path files;

    private RecordReader reader;

    @BeforeEach
    void readWithClaimsAndListen() throws IOException {
        Path keys = Files.writeString(files.resolve("keys.json"), "{\"keys\": []}");
        Map<String, String> given =
                Map.of("registry.identity.mode", "enforce", "registry.identity.keys-file", keys.toString());
        RegistrySettings settings = RegistrySettings.read(key -> Optional.ofNullable(given.get(key)));
        reader = new RecordReader(settings, new FailingAdmission(), new FailingCounts(), progress, new StoreClock());
        logger.addHandler(handler);
    }

    @AfterEach
    void listenNoMore() {
        logger.removeHandler(handler);
    }

    @Test
    void readsEachRecordInItsOrderAndSaysNothing() {
        assertThat(reader.read(List.of(record(7), record(8))))
                .allSatisfy(read -> assertThat(read.event()).isInstanceOf(Unreadable.class))
                .extracting(read -> read.record().offset())
                .containsExactly(7L, 8L);
        assertThat(lines).isEmpty();
        assertThat(progress.losses()).isEmpty();
    }

    @Test
    void makesADefectOfARecordAtWhoseClaimTheRegistryFails() {
        for (Throwable failure : List.of(
                new IllegalStateException("a defect"), new StackOverflowError(), new AssertionError("a defect"),
                new NoClassDefFoundError("a defect"))) {
            ofClaims = failure;
            lines.clear();

            List<ReadRecord> read = reader.read(List.of(record(6), record(7), record(8)));

            assertThat(read.get(0).event()).isInstanceOf(Unreadable.class);
            assertThat(read.get(1).event()).isInstanceOfSatisfying(
                    Defect.class, defect -> assertThat(defect.cause()).isSameAs(failure));
            assertThat(read.get(2).event()).isInstanceOf(Unreadable.class);
        }
        assertThat(progress.losses()).containsEntry("defects", 4L).containsEntry("last_defect", TOPIC + "-3@7");
    }

    @Test
    void makesADefectOfARecordThatCannotBeReadAtAll() {
        ConsumerRecord<byte[], byte[]> broken = new ConsumerRecord<>(TOPIC, 3, 7, null, new byte[0]) {
            @Override
            public byte[] value() {
                throw new StringIndexOutOfBoundsException("11");
            }
        };

        assertThat(reader.read(List.of(broken))).singleElement()
                .satisfies(read -> assertThat(read.event()).isInstanceOf(Defect.class));
    }

    @Test
    void makesADefectOfARecordThatCannotBeCounted() {
        ofCounts = new IllegalStateException("a defect");

        assertThat(reader.read(List.of(record(7)))).singleElement()
                .satisfies(read -> assertThat(read.event()).isInstanceOf(Defect.class));
    }

    @Test
    void logsADefectOnceAtErrorWithTopicPartitionOffsetAndCause() {
        ofClaims = new IllegalStateException("a defect");

        reader.read(List.of(record(6), record(7)));

        assertThat(lines).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.SEVERE);
            assertThat(line.getThrown()).isSameAs(ofClaims);
            assertThat(line.getMessage()).contains("topic=" + TOPIC, "partition=3", "offset=7");
        });
    }

    @Test
    void takesNeitherAnOutageNorAnExhaustedHeapForADefect() {
        for (Throwable failure : List.of(new KafkaException("away"), new OutOfMemoryError())) {
            ofClaims = failure;

            assertThatThrownBy(() -> reader.read(List.of(record(7)))).isSameAs(failure);
        }
        assertThat(progress.losses()).isEmpty();
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset) {
        return new ConsumerRecord<>(TOPIC, 3, offset, null, "no envelope".getBytes(UTF_8));
    }

    private static void fail(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    private final class FailingAdmission extends Admission {

        @Override
        ReadRecord claimed(ConsumerRecord<byte[], byte[]> record, NodeEvent event, Instant now) {
            fail(record.offset() == 7 ? ofClaims : null);
            return new ReadRecord(record, event);
        }
    }

    private final class FailingCounts extends EventCounts {

        @Override
        void read(NodeEvent event) {
            fail(ofCounts);
        }
    }

    private final class Lines extends Handler {

        @Override
        public void publish(LogRecord line) {
            lines.add(line);
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
