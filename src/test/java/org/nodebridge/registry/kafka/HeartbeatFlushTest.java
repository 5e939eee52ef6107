// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.OpenTelemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.concurrent.Backoff;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.kafka.deadletter.DeadLetters;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.store.StoredBatch;
import org.nodebridge.registry.tracing.Tracing;

class HeartbeatFlushTest {

    /** Those who wait have threads of their own: since JDK 25 the common pool may have one only. */
    private static final Executor APART = task -> new Thread(task).start();

    private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");
    private static final TopicPartition ONE = new TopicPartition("heartbeats", 1);
    private static final TopicPartition TWO = new TopicPartition("heartbeats", 2);

    private final RegistrySettings settings = RegistrySettings.read(key -> Optional.empty());
    private final List<String> acknowledged = new CopyOnWriteArrayList<>();
    private final List<List<Heartbeat>> written = new CopyOnWriteArrayList<>();
    private final List<String> deadLetter = new CopyOnWriteArrayList<>();
    private final List<String> scheduled = new ArrayList<>();
    private final AtomicInteger flushes = new AtomicInteger();
    private final Semaphore untilNextTry = new Semaphore(0);
    private final ConsumerProgress progress = new ConsumerProgress();
    private final CollectedHeartbeats collected = new CollectedHeartbeats();
    private volatile boolean postgresAway;
    private volatile boolean defective;
    private volatile String defectOf;
    private volatile boolean stopping;
    private volatile Map<OfNode, String> refused = Map.of();
    private volatile Runnable duringWrite = () -> {};

    private final HeartbeatFlush flush = new HeartbeatFlush(
            collected, new Acknowledgements(collected), new Service(),
            new Retries(new Waits(), progress, new Letters(), null, new EventCounts() {
                @Override
                void done(NodeEvent event) {}
            }, settings), progress,
            new NoMetrics(), settings, new MessageTraces(new Tracing(OpenTelemetry.noop()), settings.kafka())) {
        @Override
        public void flushLater() {
            scheduled.add("flush");
        }

        @Override
        public void flush() {
            flushes.incrementAndGet();
            super.flush();
        }
    };

    @AfterEach
    public void letWaitersGo() {
        stopping = true;
        untilNextTry.release(1000);
    }

    @Test
    public void acknowledgesABatchWhenItsHeartbeatsAreWrittenAndNotBefore() {
        boolean atOnce = collect("a", heartbeat("node", 1));
        assertThat(atOnce).isFalse();
        assertThat(acknowledged).isEmpty();
        duringWrite = () -> assertThat(acknowledged).isEmpty();

        flush.flush();

        assertThat(written).hasSize(1);
        assertThat(acknowledged).containsExactly("a");
    }

    @Test
    public void letsABatchWithoutHeartbeatsBeAcknowledgedAtOnceWhenNothingWaits() {
        assertThat(collect("a")).isTrue();
        assertThat(scheduled).isEmpty();
    }

    @Test
    public void keepsABatchWithoutHeartbeatsBackWhileEarlierHeartbeatsWait() {
        collect("a", heartbeat("node", 1));

        assertThat(collect("b")).isFalse();

        flush.flush();
        assertThat(acknowledged).as("one acknowledgement covers both").containsExactly("b");
        assertThat(collect("c")).as("when nothing waits any more").isTrue();
    }

    @Test
    public void keepsBackWhatComesDuringAWriteUntilThatHasEnded() {
        collect("a", heartbeat("node", 1));
        List<Boolean> atOnce = new ArrayList<>();
        duringWrite = () -> {
            if (atOnce.isEmpty()) {
                atOnce.add(collect("b"));
            }
        };

        flush.flush();

        assertThat(atOnce).containsExactly(false);
        assertThat(acknowledged).containsExactly("a");
        flush.flush();
        assertThat(acknowledged).containsExactly("a", "b");
        assertThat(written).as("no write without heartbeats").hasSize(1);
    }

    @Test
    public void schedulesOneFlushHoweverManyBatchesComeAndNoneWhenIdle() {
        collect("a", heartbeat("node", 1));
        collect("b", heartbeat("node", 2));
        assertThat(scheduled).hasSize(1);

        flush.flush();
        flush.flush();

        assertThat(written).hasSize(1);
        assertThat(scheduled).hasSize(1);
    }

    @Test
    public void writesOfEachNodeTheNewestAsOfTheLatestReceipt() {
        Heartbeat newest = heartbeat("node", 5);
        Heartbeat late = heartbeat("node", 3).receivedAt(NOW.plusSeconds(60));
        collect("a", heartbeat("node", 1), newest);
        collect("b", late, heartbeat("another", 1));

        flush.flush();

        assertThat(written).hasSize(1);
        assertThat(written.get(0)).containsExactlyInAnyOrder(
                newest.receivedAt(late.receivedAt()), heartbeat("another", 1));
    }

    @Test
    public void forgetsWhatANodeSaidBeforeItLeft() {
        collect("a", heartbeat("left", 1), heartbeat("back", 9), heartbeat("stays", 1));

        flush.collect(
                List.of(), Map.of("left", NOW.plusSeconds(2), "back", NOW.plusSeconds(2)), offset(ONE, "b"));
        flush.flush();

        assertThat(written.get(0)).extracting(Heartbeat::nodeId).containsExactlyInAnyOrder("back", "stays");
    }

    @Test
    public void whileAWriteFailsACallerThatBringsMoreWaitsAndNothingIsAcknowledged() {
        postgresAway = true;
        collect("a", heartbeat("node", 1));
        CompletableFuture<Void> flushing = CompletableFuture.runAsync(flush::flush, APART);
        await().until(() -> "away".equals(progress.waitingFor()));

        CompletableFuture<Boolean> next =
                CompletableFuture.supplyAsync(() -> collect("b", heartbeat("node", 2)), APART);

        await().until(() -> flushes.get() == 2); // what brings more has left it there
        assertThat(next).isNotDone();
        assertThat(acknowledged).isEmpty();
        postgresAway = false;
        untilNextTry.release();
        await().until(() -> next.isDone() && flushing.isDone());
        assertThat(acknowledged).containsExactly("a", "b");
        assertThat(progress.waitingFor()).isNull();
    }

    @Test
    public void aDefectCostsNoHeartbeat() {
        defective = true;
        collect("a", heartbeat("node", 1));
        CompletableFuture<Void> flushing = CompletableFuture.runAsync(flush::flush, APART);
        await().until(() -> progress.waitingFor() != null);
        assertThat(acknowledged).isEmpty();

        defective = false;
        untilNextTry.release();

        await().until(flushing::isDone);
        assertThat(acknowledged).containsExactly("a");
    }

    @Test
    public void deadLettersTheHeartbeatAtWhichTheRegistryFailsAndWritesAllOthers() {
        defectOf = "bad";
        untilNextTry.release(1000);
        collect("a", heartbeat("good", 1), heartbeat("bad", 1), heartbeat("another", 1));

        flush.flush();

        assertThat(deadLetter).containsExactly("bad");
        assertThat(written.stream().flatMap(List::stream)).extracting(Heartbeat::nodeId)
                .containsExactlyInAnyOrder("good", "another");
        assertThat(acknowledged).containsExactly("a");
    }

    @Test
    public void writesByItselfWhenMuchIsCollected() {
        Heartbeat[] many = IntStream.range(0, CollectedHeartbeats.MOST_NODES)
                .mapToObj(number -> heartbeat("node-" + number, 1))
                .toArray(Heartbeat[]::new);

        collect("a", many);

        assertThat(written).allSatisfy(write -> assertThat(write).hasSizeLessThanOrEqualTo(1_000));
        assertThat(written.stream().mapToInt(List::size).sum()).isEqualTo(many.length);
        assertThat(acknowledged).containsExactly("a");
    }

    @Test
    public void writesByItselfWhenManyRecordsOfFewNodesWait() {
        Heartbeat[] batch = IntStream.range(0, 500).mapToObj(n -> heartbeat("node", n)).toArray(Heartbeat[]::new);

        for (int records = 0; records < CollectedHeartbeats.MOST_RECORDS; records += batch.length) {
            assertThat(written).isEmpty();
            collect("a", batch);
        }

        assertThat(written).hasSize(1);
        assertThat(acknowledged).containsExactly("a");
    }

    @Test
    public void writesAndAcknowledgesAtStop() {
        collect("a", heartbeat("node", 1));
        stopping = true;

        flush.finish(Duration.ofSeconds(10));

        assertThat(acknowledged).containsExactly("a");
    }

    @Test
    public void acknowledgesNothingEverAgainWhenAStopFindsPostgresUnavailable() {
        postgresAway = true;
        stopping = true;
        collect("a", heartbeat("node", 1));
        flush.finish(Duration.ofSeconds(10));
        postgresAway = false;

        assertThat(collect("b")).as("would cover a's offsets").isFalse();
        flush.flush();

        assertThat(acknowledged).isEmpty();
    }

    @Test
    public void setsAsideTheHeartbeatThatPostgresRefuses() {
        Heartbeat bad = heartbeat("bad", 1);
        refused = Map.of(bad, "no");
        collect("a", heartbeat("good", 1), bad);

        flush.flush();

        assertThat(deadLetter).containsExactly("bad");
        assertThat(acknowledged).containsExactly("a");
    }

    @Test
    public void acknowledgesNothingOfPartitionsThatAreAnotherReplicasNow() {
        flush.collect(List.of(read(heartbeat("node", 1))), Map.of(), offset(ONE, "one"));
        flush.collect(List.of(read(heartbeat("node", 2))), Map.of(), offset(TWO, "two"));
        duringWrite = () -> collected.revoked(Set.of(ONE));

        flush.flush();

        assertThat(acknowledged).containsExactly("two");
        duringWrite = () -> {};
        flush.collect(List.of(read(heartbeat("node", 3))), Map.of(), offset(ONE, "polled before"));
        flush.flush();
        assertThat(acknowledged).containsExactly("two");
        collected.assigned(Set.of(ONE));
        flush.collect(List.of(read(heartbeat("node", 4))), Map.of(), offset(ONE, "ours again"));
        flush.flush();
        assertThat(acknowledged).containsExactly("two", "ours again");
    }

    private boolean collect(String name, Heartbeat... heartbeats) {
        NodeEvent[] events = heartbeats.length == 0 ? new NodeEvent[] {new Ignored("request")} : heartbeats;
        return flush.collect(
                Stream.of(events).map(HeartbeatFlushTest::read).toList(), Map.of(), offset(ONE, name));
    }

    private Map<TopicPartition, Supplier<CompletionStage<Void>>> offset(TopicPartition partition, String name) {
        return Map.of(partition, () -> CompletableFuture.runAsync(() -> acknowledged.add(name)));
    }

    private static ReadRecord read(NodeEvent event) {
        return new ReadRecord(new ConsumerRecord<>("heartbeats", 1, 0, null, null), event);
    }

    private static Heartbeat heartbeat(String nodeId, int second) {
        Instant time = NOW.plusSeconds(second);
        UUID id = UUID.nameUUIDFromBytes((nodeId + second).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return new Heartbeat(
                nodeId, NodeType.EFFECT, null, null, null, null, null, new EventVersion(null, time, id), time, null,
                Set.of());
    }

    private final class Service extends DualRegistrationService {
        @Override
        public BatchResult renew(List<Heartbeat> heartbeats) {
            if (defective || heartbeats.stream().anyMatch(heartbeat -> heartbeat.nodeId().equals(defectOf))) {
                throw new IllegalStateException("a defect");
            }
            if (postgresAway) {
                return BatchResult.notDone("away");
            }
            duringWrite.run();
            written.add(heartbeats);
            return BatchResult.done(refused, StoredBatch.NOTHING);
        }
    }

    /** Waits until the test lets it try again. */
    private final class Waits extends Backoff {
        @Override
        public boolean waitAfter(int failures) {
            try {
                return !stopping && untilNextTry.tryAcquire(60, TimeUnit.SECONDS) && !stopping;
            } catch (InterruptedException e) {
                return false;
            }
        }
    }

    private final class Letters extends DeadLetters {
        @Override
        public CompletionStage<Void> write(
                ConsumerRecord<byte[], byte[]> record, String reason, List<FieldError> errors, String correlationId) {
            deadLetter.add("bad");
            return CompletableFuture.completedFuture(null);
        }
    }

    private static final class NoMetrics extends RegistryMetrics {
        NoMetrics() {
            super(null);
        }

        @Override
        public void heartbeats(String outcome, long count) {}

        @Override
        public void events(String kind, String result, long count) {}
    }
}
