// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.concurrent.Backoff;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.kafka.deadletter.DeadLetters;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.store.jdbc.StoreDefectException;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

class RetriesTest {

    private static final int ATTEMPTS = 4;

    private final List<String> written = new ArrayList<>();
    private final List<Long> applied = new ArrayList<>();
    private final List<Integer> waits = new ArrayList<>();
    private final ConsumerProgress progress = new ConsumerProgress();
    private final List<NodeEvent> counted = new ArrayList<>();
    private int stopAfter = 1_000; // rather than for ever, where no record is blamed
    private boolean lettersFail;
    private final List<Long> notWritten = new ArrayList<>();

    private final Retries retries = new Retries(new Backoff() {
        @Override
        public boolean waitAfter(int failures) {
            waits.add(failures);
            return !ended();
        }

        @Override
        public boolean ended() {
            return waits.size() >= stopAfter;
        }
    }, progress, new Letters(), null, new Counts(), RegistrySettings.read(
            key -> key.equals("registry.kafka.defect-attempts") ? Optional.of("" + ATTEMPTS) : Optional.empty()));

    @Test
    public void deadLettersTheRecordsAtFaultAloneAndAppliesAllOthersInOrder() {
        boolean done = retries.isolating(records(500), failingAt(Set.of(0L, 17L, 18L, 499L)));

        assertThat(done).isTrue();
        assertThat(written).containsExactly("defect@0", "defect@17", "defect@18", "defect@499");
        assertThat(new TreeSet<>(applied)).hasSize(496).doesNotContain(0L, 17L, 18L, 499L);
        assertThat(applied).isSorted();
        assertThat(counted).hasSize(4);
        assertThat(progress.losses()).containsEntry("defects", 4L).containsEntry("last_defect", "topic-3@499");
        assertThat(progress.waitingFor()).isNull();
    }

    @Test
    public void waitsForTheRepairOfADatabaseWithoutBlamingARecord() {
        boolean done = retries.isolating(records(3), records -> {
            if (waits.size() < 3 * ATTEMPTS) {
                throw new StoreDefectException("column does not exist", null, true);
            }
            records.forEach(record -> applied.add(record.record().offset()));
            return true;
        });

        assertThat(done).isTrue();
        assertThat(applied).containsExactly(0L, 1L, 2L);
        assertThat(written).isEmpty();
    }

    @Test
    public void deadLettersTheRecordAtWhichPostgresFailsThoughItTakesOthersAndTriesTheNextAtOnce() {
        retries.others = takes(() -> true);
        List<Integer> sizes = new ArrayList<>();

        assertThat(retries.isolating(records(8), failing(Set.of(5L), sizes))).isTrue();
        assertThat(written).containsExactly("defect@5");
        assertThat(new TreeSet<>(applied)).hasSize(7);
        assertThat(waits).containsExactly(1, 2, 3);
        sizes.clear();
        assertThat(retries.isolating(records(1), failing(Set.of(0L), sizes))).isTrue();
        assertThat(sizes).containsExactly(1, 1);
        assertThat(waits).as("no attempts more than it takes").hasSize(3);
    }

    @Test
    public void blamesNoRecordWherePostgresFailsAtOthersToo() {
        int[] asked = {0};
        retries.others = takes(() -> asked[0]++ % 2 == 0); // it begins to fail in the middle
        stopAfter = 20 * ATTEMPTS;

        assertThat(retries.isolating(records(1), failing(Set.of(0L), new ArrayList<>()))).isFalse();

        assertThat(asked[0]).isGreaterThan(10);
        assertThat(written).isEmpty();
    }

    private static DualRegistrationService takes(BooleanSupplier others) {
        return new DualRegistrationService() {
            @Override
            public boolean takesOthers() {
                return others.getAsBoolean();
            }
        };
    }

    private Predicate<List<ReadRecord>> failing(Set<Long> offsets, List<Integer> sizes) {
        return records -> {
            sizes.add(records.size());
            if (records.stream().anyMatch(record -> offsets.contains(record.record().offset()))) {
                throw new StoreDefectException("relation does not exist", null, true);
            }
            records.forEach(record -> applied.add(record.record().offset()));
            return true;
        };
    }

    @Test
    public void triesTheWholeBatchAsOftenAsIsSetBeforeItIsHalved() {
        List<Integer> sizes = new ArrayList<>();

        retries.isolating(records(2), records -> {
            sizes.add(records.size());
            return failingAt(Set.of(1L)).test(records);
        });

        assertThat(sizes).containsExactly(2, 2, 2, 2, 1, 1);
        assertThat(waits).containsExactly(1, 2, 3);
    }

    @Test
    public void takesNoOutageForADefect() {
        List<RuntimeException> outages = List.of(
                new StoreUnavailableException("away", null), new KafkaException("away"),
                new IllegalStateException("wrapped", new StoreUnavailableException("away", null)));
        for (RuntimeException outage : outages) {
            int[] tries = {0};

            boolean done = retries.isolating(records(3), records -> {
                if (tries[0]++ < 50) {
                    throw outage;
                }
                return true;
            });

            assertThat(done).isTrue();
        }
        assertThat(written).isEmpty();
    }

    @Test
    public void findsTheRecordThatOverflowsTheStack() {
        retries.isolating(records(8), records -> {
            if (records.stream().anyMatch(record -> record.record().offset() == 5)) {
                throw new StackOverflowError();
            }
            return true;
        });

        assertThat(written).containsExactly("defect@5");
    }

    @Test
    public void takesNoRecordForTheCauseOfAnExhaustedHeap() {
        assertThatThrownBy(() -> retries.isolating(records(8), records -> {
            throw new OutOfMemoryError();
        })).isInstanceOf(OutOfMemoryError.class);
        assertThat(written).isEmpty();
    }

    @Test
    public void deadLettersNothingThatFailsWhileTheRegistryStops() {
        stopAfter = 2;

        assertThat(retries.isolating(records(8), failingAt(Set.of(5L)))).isFalse();
        assertThat(written).isEmpty();
    }

    @Test
    public void goesOnPastARecordWhoseDeadLetterIsADefectToo() {
        lettersFail = true;

        assertThat(retries.isolating(records(8), failingAt(Set.of(5L)))).isTrue();
        assertThat(notWritten).containsExactly(5L);
        assertThat(applied).hasSize(7);
    }

    private Predicate<List<ReadRecord>> failingAt(Set<Long> offsets) {
        return records -> {
            if (records.stream().anyMatch(record -> offsets.contains(record.record().offset()))) {
                throw new IllegalStateException("a defect");
            }
            records.forEach(record -> applied.add(record.record().offset()));
            return true;
        };
    }

    private static List<ReadRecord> records(int count) {
        return IntStream.range(0, count)
                .mapToObj(offset -> new ReadRecord(
                        new ConsumerRecord<>("topic", 3, offset, null, null), new Ignored("request")))
                .toList();
    }

    private final class Letters extends DeadLetters {
        @Override
        public CompletionStage<Void> write(
                ConsumerRecord<byte[], byte[]> record, String reason, List<FieldError> errors, String correlationId) {
            if (lettersFail) {
                throw new IllegalStateException("a defect");
            }
            written.add(reason + "@" + record.offset());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void notWritten(ConsumerRecord<byte[], byte[]> record, Throwable failure) {
            notWritten.add(record.offset());
        }
    }

    private final class Counts extends EventCounts {
        @Override
        public void done(NodeEvent event) {
            counted.add(event);
        }
    }
}
