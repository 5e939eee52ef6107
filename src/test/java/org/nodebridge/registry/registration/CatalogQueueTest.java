// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.registration.CatalogQueue.Entry;

class CatalogQueueTest {

    private static final int SIZE = 10;
    private static final int AT_ONCE = 3;
    private static final int MOST_BYTES = 1_000_000;

    private final List<Thread> workers = new CopyOnWriteArrayList<>();
    private final ThreadPoolExecutor threads =
            (ThreadPoolExecutor) Executors.newFixedThreadPool(AT_ONCE + 1, work -> {
                Thread worker = new Thread(work);
                workers.add(worker);
                return worker;
            });
    private final List<Set<String>> begun = new CopyOnWriteArrayList<>();
    private final Map<String, Long> confirmed = Collections.synchronizedMap(new HashMap<>());
    private final Map<String, String> refused = Collections.synchronizedMap(new HashMap<>());
    private final AtomicInteger notes = new AtomicInteger();

    /** Each transaction waits for one; without a test's doing there are enough. */
    private final Semaphore consul = new Semaphore(1_000_000);

    /** Each note waits for one too. */
    private final Semaphore noting = new Semaphore(1_000_000);

    private volatile Function<Set<String>, CatalogOutcome> answer =
            nodes -> new CatalogOutcome(nodes, Map.of(), Set.of(), null);

    private final CatalogQueue queue =
            new CatalogQueue(MOST_BYTES, this::write, () -> SIZE, AT_ONCE, this::note, threads);

    @AfterEach
    void stop() {
        consul.release(1_000_000);
        threads.shutdownNow();
    }

    private CatalogOutcome write(List<CatalogChange> changes) {
        Set<String> nodes = changes.stream().map(CatalogChange::nodeId).collect(Collectors.toSet());
        assertThat(nodes).as("of one node never two at once").hasSameSizeAs(changes);
        begun.add(nodes);
        consul.acquireUninterruptibly();
        return answer.apply(nodes);
    }

    private void note(Map<String, Long> confirmed, Map<String, String> refused, Map<String, Long> revisions) {
        noting.acquireUninterruptibly();
        notes.incrementAndGet();
        this.confirmed.putAll(confirmed);
        refused.forEach((nodeId, reason) -> this.refused.put(nodeId, reason + " at " + revisions.get(nodeId)));
    }

    private static Entry entry(String nodeId, long revision) {
        return new Entry(new CatalogChange.Deregister(nodeId), revision);
    }

    private static List<Entry> entries(int from, int to) {
        return IntStream.range(from, to).mapToObj(number -> entry("node-" + number, 1)).toList();
    }

    private CompletableFuture<CatalogOutcome> put(Entry... entries) {
        return queue.put(List.of(entries)).toCompletableFuture();
    }

    private void holdConsul() {
        consul.drainPermits();
    }

    @Test
    void tellsWhatConsulSaidOnceThatIsNoted() {
        CatalogOutcome outcome = put(entry("a", 3), entry("b", 7)).join();

        assertThat(outcome.applied()).containsExactlyInAnyOrder("a", "b");
        assertThat(outcome.complete()).isTrue();
        assertThat(confirmed).containsOnly(Map.entry("a", 3L), Map.entry("b", 7L));
        await().until(queue::idle);
    }

    @Test
    void asksNothingOfConsulForNoEntries() {
        assertThat(put().join()).isEqualTo(CatalogOutcome.NOTHING);
        assertThat(begun).isEmpty();
    }

    @Test
    void fillsTransactionsAndRunsSeveralAtOnceButNoMoreThanItMay() {
        holdConsul();
        CompletableFuture<CatalogOutcome> outcomes = queue.put(entries(0, 55)).toCompletableFuture();

        await().until(() -> begun.size() == AT_ONCE);
        assertThat(begun).allSatisfy(transaction -> assertThat(transaction).hasSize(SIZE));
        assertThat(queue.idle()).isFalse();
        consul.release(1_000);

        assertThat(outcomes.join().applied()).hasSize(55);
        assertThat(begun).hasSize(6);
    }

    @Test
    void putsTogetherWhatSeveralPutWhileATransactionIsUnderWay() {
        holdConsul();
        put(entry("first", 1));
        await().until(() -> begun.size() == 1);

        List<CompletableFuture<CatalogOutcome>> outcomes = new ArrayList<>();
        IntStream.range(0, SIZE - 1).forEach(number -> outcomes.add(put(entry("node-" + number, 1))));
        consul.release(1_000);

        outcomes.forEach(CompletableFuture::join);
        assertThat(begun).hasSize(2);
        assertThat(outcomes.get(4).join().applied()).containsExactly("node-4");
    }

    @Test
    void beginsAnotherTransactionOnceEnoughWaitsToFillIt() {
        holdConsul();
        put(entry("first", 1));
        await().until(() -> begun.size() == 1);

        List<CompletableFuture<CatalogOutcome>> outcomes = new ArrayList<>();
        IntStream.range(0, SIZE).forEach(number -> outcomes.add(put(entry("node-" + number, 1))));

        await().until(() -> begun.size() == 2);
        assertThat(begun.get(1)).hasSize(SIZE);
        consul.release(1_000);
        outcomes.forEach(CompletableFuture::join);
    }

    @Test
    void writesTheLaterChangeOfANodeAfterTheEarlierAndNotesOnlyThat() {
        holdConsul();
        CompletableFuture<CatalogOutcome> first = put(entry("a", 1));
        await().until(() -> begun.size() == 1);

        CompletableFuture<CatalogOutcome> second = put(entry("a", 2));
        CompletableFuture<CatalogOutcome> third = put(entry("a", 3));
        queue.put(entries(0, SIZE));
        await().until(() -> begun.size() == 2);
        assertThat(begun.get(1)).as("not beside the one under way").hasSize(SIZE).doesNotContain("a");
        consul.release(1_000);

        assertThat(first.join().applied()).containsExactly("a");
        assertThat(second.join().applied()).containsExactly("a");
        assertThat(third.join().applied()).containsExactly("a");
        assertThat(confirmed).containsEntry("a", 3L);
        assertThat(begun).as("the second is never written").hasSize(3);
    }

    /** To confirm the first of a row that has moved on would make the row pending again. */
    @Test
    void notesNothingOfAChangeThatIsWrittenAgainBeforeItIsNoted() {
        noting.drainPermits();
        CompletableFuture<CatalogOutcome> other = put(entry("other", 1));
        await().until(noting::hasQueuedThreads);
        CompletableFuture<CatalogOutcome> first = put(entry("a", 1));
        await().until(() -> begun.size() == 2 && threads.getActiveCount() == 1);
        holdConsul();
        CompletableFuture<CatalogOutcome> second = put(entry("a", 2));
        await().until(() -> begun.size() == 3);
        noting.release(1);
        other.join();
        noting.release(1_000);

        assertThat(first.join().applied()).containsExactly("a");
        assertThat(confirmed).doesNotContainKey("a");
        consul.release(1_000);
        second.join();
        assertThat(confirmed).containsEntry("a", 2L);
    }

    @Test
    void writesNoMoreToConsulWhileTooMuchWaitsToBeRecorded() {
        noting.drainPermits();
        put(entry("first", 1));
        await().until(noting::hasQueuedThreads);

        CompletableFuture<CatalogOutcome> outcomes = queue.put(entries(0, 10_100)).toCompletableFuture();
        await().until(() -> workers.stream().map(Thread::getState)
                .filter(Thread.State.TIMED_WAITING::equals)
                .count() == AT_ONCE);
        assertThat(begun).as("10,000 nodes, and what each of the transactions has").hasSizeBetween(1_002, 1_004);
        noting.release(1_000_000);

        assertThat(outcomes.join().applied()).hasSize(10_100);
        assertThat(confirmed).hasSize(10_101);
    }

    /** Their rows stay pending, and a sweep writes them again. */
    @Test
    void tellsWithoutARecordWhatConsulSaidOfNodesThatHaveWaitedForThatSoLong() {
        CatalogQueue impatient = new CatalogQueue(
                MOST_BYTES, this::write, () -> SIZE, AT_ONCE, this::note, threads, Duration.ofMillis(5));
        noting.drainPermits();
        impatient.put(List.of(entry("first", 1)));
        await().until(noting::hasQueuedThreads);

        CompletableFuture<CatalogOutcome> outcomes = impatient.put(entries(0, 10_100)).toCompletableFuture();
        await().until(() -> begun.size() == 1_011 && threads.getActiveCount() == 1);
        noting.release(1_000_000);

        assertThat(outcomes.join().applied()).hasSize(10_100);
        assertThat(confirmed).hasSize(10_001);
    }

    @Test
    void keepsTheNewerRevisionWhicheverCameFirst() {
        holdConsul();
        put(entry("a", 1));
        await().until(() -> begun.size() == 1);

        put(entry("a", 5));
        CompletableFuture<CatalogOutcome> late = put(entry("a", 4));
        consul.release(1_000);

        late.join();
        assertThat(confirmed).containsEntry("a", 5L);
    }

    @Test
    void notesNothingOfWhatNoRowSays() {
        CatalogOutcome outcome = put(new Entry(new CatalogChange.Deregister("ahead"), null)).join();

        assertThat(outcome.applied()).containsExactly("ahead");
        assertThat(notes).hasValue(0);
    }

    @Test
    void tellsRefusalsAndNotesThem() {
        answer = nodes -> new CatalogOutcome(
                without(nodes, "bad"), nodes.contains("bad") ? Map.of("bad", "too long") : Map.of(), Set.of(), null);

        CatalogOutcome outcome = put(entry("good", 1), entry("bad", 2)).join();

        assertThat(outcome.refused()).containsExactly(Map.entry("bad", "too long"));
        assertThat(outcome.applied()).containsExactly("good");
        assertThat(refused).containsExactly(Map.entry("bad", "too long at 2"));
        assertThat(confirmed).containsOnlyKeys("good");
    }

    @Test
    void givesUpAllThatWaitsOnceConsulIsUnavailable() {
        holdConsul();
        answer = nodes -> new CatalogOutcome(Set.of(), Map.of(), nodes, "connection refused");
        CompletableFuture<CatalogOutcome> outcomes = queue.put(entries(0, 200)).toCompletableFuture();
        await().until(() -> begun.size() == AT_ONCE);
        consul.release(1_000);

        CatalogOutcome outcome = outcomes.join();

        assertThat(outcome.unavailable()).hasSize(200);
        assertThat(outcome.unavailableReason()).isEqualTo("connection refused");
        assertThat(begun).hasSizeLessThanOrEqualTo(2 * AT_ONCE);
        assertThat(notes).hasValue(0);
    }

    @Test
    void goesOnAfterAnOutage() {
        answer = nodes -> new CatalogOutcome(Set.of(), Map.of(), nodes, "connection refused");
        put(entry("a", 1)).join();
        answer = nodes -> new CatalogOutcome(nodes, Map.of(), Set.of(), null);

        assertThat(put(entry("a", 1)).join().applied()).containsExactly("a");
    }

    @Test
    void holdsUpACallerThatPutsMoreWhileTooMuchWaits() {
        holdConsul();
        queue.put(entries(0, 1_000 + AT_ONCE * SIZE));
        await().until(() -> begun.size() == AT_ONCE);

        CompletableFuture<Void> more = putAndBeHeldUp(entry("one more", 1));
        consul.release(1_000);

        more.join();
        await().until(queue::idle);
        assertThat(confirmed).hasSize(1_001 + AT_ONCE * SIZE);
    }

    @Test
    void takesNoMoreOfACallerThatHasWaitedForRoomForSoLong() {
        holdConsul();
        CatalogQueue impatient = new CatalogQueue(
                MOST_BYTES, this::write, () -> SIZE, AT_ONCE, this::note, threads, Duration.ofMillis(20));
        impatient.put(entries(0, 1_000 + AT_ONCE * SIZE));
        await().until(() -> begun.size() == AT_ONCE);

        CatalogOutcome outcome = impatient.put(List.of(entry("one more", 1))).toCompletableFuture().join();

        assertThat(outcome.unavailable()).containsExactly("one more");
        assertThat(outcome.unavailableReason()).isEqualTo("too much waits to be written to Consul");
        consul.release(1_000);
        await().until(impatient::idle);
    }

    @Test
    void holdsUpACallerThatPutsMoreWhileWhatWaitsOrIsUnderWayIsTooLarge() {
        holdConsul();
        put(large("a", 1, MOST_BYTES / 2));
        put(large("b", 1, MOST_BYTES / 2));
        await().until(() -> begun.size() == 1);

        CompletableFuture<Void> more = putAndBeHeldUp(entry("one more", 1));
        consul.release(1_000);

        more.join();
        await().until(queue::idle);
        assertThat(confirmed).containsOnlyKeys("a", "b", "one more");
    }

    @Test
    void takesALargerNodeThanMayWaitWhileThereIsRoomForAny() {
        assertThat(put(large("a", 1, 3 * MOST_BYTES)).join().applied()).containsExactly("a");
        assertThat(put(large("b", 1, 3 * MOST_BYTES)).join().applied()).containsExactly("b");
    }

    @Test
    void countsOfANodeThatChangesAgainTheNewerChangeOnly() {
        holdConsul();
        put(entry("first", 1));
        await().until(() -> begun.size() == 1);
        for (int revision = 1; revision < 10; revision++) {
            put(large("a", revision, MOST_BYTES / 2));
        }
        CompletableFuture<CatalogOutcome> last = put(entry("a", 10));
        put(large("b", 1, MOST_BYTES));
        CompletableFuture<Void> more = putAndBeHeldUp(entry("one more", 1));
        consul.release(1_000);

        last.join();
        more.join();
        await().until(queue::idle);
        assertThat(confirmed).containsEntry("a", 10L);
    }

    @Test
    void hasRoomAgainForWhatWasGivenUpInAnOutage() {
        holdConsul();
        answer = nodes -> new CatalogOutcome(Set.of(), Map.of(), nodes, "connection refused");
        put(entry("first", 1));
        await().until(() -> begun.size() == 1);
        CompletableFuture<CatalogOutcome> givenUp = put(large("a", 1, MOST_BYTES));
        consul.release(1_000);
        assertThat(givenUp.join().unavailable()).containsExactly("a");

        answer = nodes -> new CatalogOutcome(nodes, Map.of(), Set.of(), null);
        assertThat(put(entry("b", 1)).join().applied()).containsExactly("b");
    }

    /** Puts one in another thread; returns when that waits for room. */
    private CompletableFuture<Void> putAndBeHeldUp(Entry entry) {
        CompletableFuture<Void> put = new CompletableFuture<>();
        Thread putting = new Thread(() -> {
            queue.put(List.of(entry));
            put.complete(null);
        });
        putting.setDaemon(true);
        putting.start();
        await().until(() -> putting.getState() == Thread.State.TIMED_WAITING || put.isDone());
        assertThat(put).isNotDone();
        return put;
    }

    private static Entry large(String nodeId, long revision, int bytes) {
        NodeDescription node = new NodeDescription(
                nodeId, NodeType.EFFECT, null, JsonNodeFactory.instance.objectNode().put("text", "x".repeat(bytes)),
                Map.of(), JsonNodeFactory.instance.objectNode(), null, null, null, null, null);
        return new Entry(
                new CatalogChange.Register(
                        node, new EventVersion(0L, Instant.EPOCH, new UUID(0, 0)), CheckStatus.PASSING),
                revision);
    }

    private static Set<String> without(Set<String> nodes, String one) {
        Set<String> others = new HashSet<>(nodes);
        others.remove(one);
        return others;
    }
}
