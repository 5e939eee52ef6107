// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.store.jdbc.StoreException;

class WatcherTest {

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final StoredChanges stored = new StoredChanges();
    private final ChangeFeed feed = new ChangeFeed(stored, StoredChanges.REVISIONS, new ChangeWindow(10, 1_000_000));
    private final Client client = new Client();
    private final Noted noted = new Noted();
    private final StoredNodes pages = new StoredNodes();
    private final LargeEvents large = new LargeEvents(1_000_000);
    private final StoredRegions regions = new StoredRegions();
    private final RemoteFeed remote = new RemoteFeed(regions, StoredChanges.REVISIONS, 1_000_000);
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    @Test
    void sendsTheSnapshotAndThenEveryChangeOnceAndInOrder() {
        stored.happen(3);
        follow();
        pages.have("node-1", "effect", "{}");
        Watcher watcher = watcher(null, new Start(List.of(StreamEvent.snapshotBegin(2)), snapshot(), 2));
        stored.happen(2);
        feed.read();

        wake(watcher);
        client.takesAll();

        assertThat(client.names()).containsExactly(
                "snapshot-begin", "registration", "snapshot-end", "updated", "updated", "updated");
        assertThat(client.ids()).containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    void sendsTheNextOnlyWhenTheLastHasBeenTaken() {
        stored.happen(3);
        follow();
        Watcher watcher = watcher(null, new Start(List.of(), null, 0));

        wake(watcher);
        wake(watcher);
        assertThat(client.ids()).containsExactly(1L);

        client.takes();
        run();
        assertThat(client.ids()).containsExactly(1L, 2L);
    }

    @Test
    void leavesOutNodesOfOtherTypes() {
        pages.have("node-1", "effect", "{}");
        pages.have("node-2", "reducer", "{}");
        stored.happen(2);
        follow();
        Watcher watcher = watcher("reducer", new Start(List.of(StreamEvent.snapshotBegin(0)), snapshot(), 0));

        wake(watcher);
        client.takesAll();

        assertThat(client.names()).containsExactly("snapshot-begin", "registration", "snapshot-end");
        assertThat(client.taken.get(1).nodeType()).isEqualTo("reducer");
    }

    @Test
    void getsOverrunAndIsCutWhenTheWindowHasGoneOn() {
        stored.happen(1);
        follow();
        Watcher watcher = watcher(null, new Start(List.of(), null, 0));
        wake(watcher);
        client.takes(); // the first change; the second is not there yet
        run();
        stored.happen(1);
        feed.read();
        wake(watcher); // the second is on its way, and not taken
        stored.happen(30);
        feed.read();

        client.takesAll();

        assertThat(client.names()).containsExactly("updated", "updated", "overrun");
        assertThat(client.taken.get(2).data()).isEqualTo("{\"reason\":\"too_slow\"}");
        assertThat(client.closed).isTrue();
        assertThat(noted.cut).containsExactly("overrun");
        assertThat(noted.ended).isTrue();
    }

    @Test
    void oneWhoComesBackIsGivenFromTheHistoryWhatTheWindowHasNoLonger() {
        stored.happen(600);
        follow();
        Watcher watcher = watcher(null, new Start(List.of(), null, 5));

        wake(watcher);
        client.takesAll();

        assertThat(client.ids()).hasSize(595).startsWith(6L, 7L).endsWith(600L).doesNotHaveDuplicates();
        assertThat(noted.cut).isEmpty();
    }

    @Test
    void goesOnAtATickWhereTheHistoryCouldNotBeRead() {
        stored.happen(600);
        follow();
        Watcher watcher = watcher(null, new Start(List.of(), null, 5));
        stored.away(true);
        wake(watcher);
        assertThat(client.ids()).isEmpty();

        stored.away(false);
        watcher.tick(System.nanoTime(), HEARTBEAT);
        run();
        client.takesAll();

        assertThat(client.ids()).hasSize(595);
    }

    @Test
    void saysThatItLivesWhenNothingElseIsSaid() {
        follow();
        Watcher watcher = watcher(null, new Start(List.of(), null, 0));
        watcher.tick(System.nanoTime(), HEARTBEAT);
        run();
        assertThat(client.taken).isEmpty();

        watcher.tick(System.nanoTime() + HEARTBEAT.toNanos(), HEARTBEAT);
        run();

        assertThat(client.names()).containsExactly((String) null);
    }

    @Test
    void getsOtherEventsInPlaceOfACommentThatItLives() {
        follow();
        Watcher watcher = watcher(null, new Start(List.of(), null, 0));
        watcher.say("PostgreSQL is unavailable");

        watcher.tick(System.nanoTime() + HEARTBEAT.toNanos(), HEARTBEAT);
        run();

        assertThat(client.taken).extracting(StreamEvent::data).containsExactly("PostgreSQL is unavailable");
    }

    @Test
    void isCutWhenItTakesNothingForTooLong() {
        stored.happen(1);
        follow();
        Watcher watcher = watcher(null, new Start(List.of(), null, 0));
        wake(watcher);

        watcher.tick(System.nanoTime() + Watcher.LONGEST_STALL.toNanos() / 2, HEARTBEAT);
        assertThat(client.closed).isFalse();
        watcher.tick(System.nanoTime() + Watcher.LONGEST_STALL.plusSeconds(1).toNanos(), HEARTBEAT);

        assertThat(client.closed).isTrue();
        assertThat(noted.cut).containsExactly("stalled");
    }

    @Test
    void endsWhenTheClientIsGone() {
        stored.happen(2);
        follow();
        Watcher watcher = watcher(null, new Start(List.of(), null, 0));
        wake(watcher);

        client.goes();
        run();

        assertThat(noted.ended).isTrue();
        assertThat(noted.cut).isEmpty();
        assertThat(client.ids()).containsExactly(1L);
    }

    @Test
    void waitsWithALargeEventUntilOthersHaveTheirs() {
        haveALargeNodeBetweenSmallOnes();
        Other others = new Other();
        others.hold();
        Watcher watcher = watcher(null, new Start(List.of(StreamEvent.snapshotBegin(0)), snapshot(), 0));

        wake(watcher);
        client.takesAll();
        assertThat(client.names()).containsExactly("snapshot-begin", "registration");

        others.letGo();
        run();
        client.takesAll();

        assertThat(client.names()).containsExactly(
                "snapshot-begin", "registration", "registration", "registration", "snapshot-end");
        others.hold();
        assertThat(others.holds).as("what has been taken is free again").isTrue();
    }

    @Test
    void readsNothingWhileItWaitsItsTurnAndSaysThatItLives() {
        haveALargeNodeBetweenSmallOnes();
        new Other().hold();
        Watcher watcher = watcher(null, new Start(List.of(), snapshot(), 0));
        wake(watcher);
        client.takesAll();
        int reads = pages.reads;

        wake(watcher);
        watcher.tick(System.nanoTime(), HEARTBEAT);
        run();
        assertThat(pages.reads).isEqualTo(reads);

        watcher.tick(System.nanoTime() + HEARTBEAT.toNanos(), HEARTBEAT);
        run();
        assertThat(client.names()).containsExactly("registration", null);
    }

    @Test
    void isCutSoonWhereOthersWaitForWhatItsClientDoesNotTake() {
        haveALargeNodeBetweenSmallOnes();
        Watcher watcher = watcher(null, new Start(List.of(), snapshot(), 0));
        wake(watcher);
        client.takes();
        run();
        large.tick(System.nanoTime() + LargeEvents.MAX_HOLD.plusSeconds(1).toNanos());
        assertThat(client.closed).as("no other waits").isFalse();
        Other other = new Other();
        other.hold();

        large.tick(System.nanoTime() + LargeEvents.MAX_HOLD.plusSeconds(1).toNanos());

        assertThat(client.closed).isTrue();
        assertThat(noted.cut).containsExactly("stalled");
        assertThat(other.woken).isTrue();
    }

    @Test
    void holdsUpNobodyWhenItEndsWhileItWaits() {
        haveALargeNodeBetweenSmallOnes();
        Other first = new Other();
        first.hold();
        Watcher watcher = watcher(null, new Start(List.of(), snapshot(), 0));
        wake(watcher);
        client.takesAll();
        Other last = new Other();
        last.hold();

        watcher.close();
        first.letGo();

        assertThat(last.woken).isTrue();
    }

    @Test
    void sendsTheNodesOfAllRegionsAndThenTheirChangesWithIdsThatLeadOn() {
        follow();
        pages.have("node-1", "effect", "{}");
        regions.have("us", "node-1").have("us", "node-2");
        Watcher watcher = watcher(null, allFromTheBeginning());

        wake(watcher);
        client.takesAll();
        regions.have("us", "node-3").remove("us", "node-2").state("us", "behind");
        stored.happen(1);
        feed.read();
        remote.refresh();
        wake(watcher);
        client.takesAll();

        assertThat(client.names()).containsExactly(
                "snapshot-begin", "region", "region", "registration", "remote-registration", "remote-registration",
                "snapshot-end", "region", "updated", "remote-registration", "remote-removed");
        assertThat(client.places).containsExactly(
                "-", "-", "-", "-", "-", "-", "0,us:link1:2", "-", "1,us:link1:2", "1,us:link1:3", "1,us:link1:4");
        assertThat(client.taken.get(7).data()).isEqualTo("{\"region\":\"us\",\"state\":\"behind\"}");
    }

    @Test
    void goesOnAmongTheNodesOfOtherRegionsAfterItsId() {
        stored.happen(3);
        follow();
        regions.have("us", "node-1").have("us", "node-2").remove("us", "node-1").have("ap", "node-9");
        remote.refresh();

        wake(watcher(null, new Start(List.of(), null, 2, RemotePlace.after(remote, "us:link1:1"))));
        client.takesAll();

        assertThat(client.names()).containsExactly(
                "region", "region", "updated", "remote-registration", "remote-removed", "remote-registration");
        assertThat(client.places).containsExactly(
                "-", "-", "3,us:link1:1", "3,us:link1:2", "3,us:link1:3", "3,us:link1:3,ap:link1:1");
    }

    @Test
    void aBusyRegionHoldsUpNeitherOurOwnChangesNorThoseOfAnother() {
        follow();
        remote.refresh();
        Watcher watcher = watcher(null, new Start(List.of(), null, 0, RemotePlace.after(remote, "")));
        for (int i = 0; i < 3_000; i++) {
            regions.have("us", "node-" + i);
        }
        regions.have("ap", "node-9");
        remote.refresh();
        stored.happen(5);
        feed.read();

        wake(watcher);
        client.takesAll();

        assertThat(client.taken).hasSize(2 + 3_000 + 1 + 5);
        assertThat(client.names().lastIndexOf("updated")).isLessThan(100);
        assertThat(client.places).as("after one slice").filteredOn(place -> !place.contains("ap:"))
                .hasSizeLessThan(1_100);
    }

    @Test
    void endsWhereARegionIsForgottenWhoseNodesItHasSent() {
        follow();
        regions.have("us", "node-1");
        Watcher watcher = watcher(null, allFromTheBeginning());
        wake(watcher);
        client.takesAll();

        regions.forget("us").have("us", "node-1");
        remote.refresh();
        wake(watcher);

        assertThat(client.closed).isTrue();
        assertThat(noted.cut).isEmpty();
        assertThat(RemotePlace.after(remote, "us:link1:1").obstacle()).isEqualTo("region_lost");
    }

    @Test
    void goesOnAtATickWhereTheNodesOfARegionCouldNotBeRead() {
        follow();
        remote.refresh();
        Watcher watcher = watcher(null, new Start(List.of(), null, 0, RemotePlace.after(remote, "")));
        wake(watcher);
        client.takesAll();
        regions.have("us", "node-1");
        remote.refresh();
        regions.away = true;
        wake(watcher);
        regions.away = false;

        watcher.tick(System.nanoTime(), HEARTBEAT);
        run();
        client.takesAll();

        assertThat(client.names()).containsExactly("region", "region", "remote-registration");
    }

    @Test
    void waitsWithALargeNodeOfAnotherRegionToo() {
        follow();
        Other others = new Other();
        others.hold();
        RemoteFeed largeNodes = new RemoteFeed(regions, StoredRegions.largeIf("node-2", 500_000), 10_000_000);
        regions.have("us", "node-1").have("us", "node-2").have("us", "node-3");
        largeNodes.refresh();
        Watcher watcher = watcher(
                null, new Start(List.of(), new SnapshotReader(pages), 0, RemotePlace.ofSnapshot(largeNodes)));
        wake(watcher);
        client.takesAll();
        assertThat(client.names()).containsExactly("region", "region", "remote-registration");
        others.letGo();
        run();
        client.takesAll();
        assertThat(client.names()).endsWith("remote-registration", "remote-registration", "snapshot-end");

        others.hold();
        regions.have("us", "node-2");
        largeNodes.refresh();
        wake(watcher);
        client.takesAll();
        assertThat(client.names()).endsWith("snapshot-end");
        others.letGo();
        run();
        client.takesAll();
        assertThat(client.places).endsWith("0,us:link1:3", "0,us:link1:4");
    }

    private Start allFromTheBeginning() {
        remote.refresh();
        return new Start(
                List.of(StreamEvent.snapshotBegin(0)), snapshot(), 0, RemotePlace.ofSnapshot(remote));
    }

    private void haveALargeNodeBetweenSmallOnes() {
        pages.have("node-1", "effect", "{}");
        pages.have("node-2", "effect", "x".repeat(500_000));
        pages.have("node-3", "effect", "{}");
        follow();
    }

    private SnapshotReader snapshot() {
        return new SnapshotReader(pages);
    }

    private void follow() {
        feed.follow();
        feed.read();
    }

    private Watcher watcher(String nodeType, Start start) {
        return new Watcher(client, nodeType, start, feed, large, tasks::add, noted);
    }

    private void wake(Watcher watcher) {
        watcher.wake();
        run();
    }

    private void run() {
        while (!tasks.isEmpty()) {
            tasks.poll().run();
        }
    }

    /** Takes events when the test lets it. */
    private final class Client implements EventSink {

        final List<StreamEvent> taken = new ArrayList<>();
        final List<String> places = new ArrayList<>();
        boolean closed;
        private CompletableFuture<Void> pending;

        @Override
        public CompletionStage<?> send(StreamEvent event, String id) {
            assertThat(pending == null || pending.isDone()).as("the last has been taken").isTrue();
            taken.add(event);
            places.add(id == null ? "-" : id);
            pending = new CompletableFuture<>();
            return pending;
        }

        @Override
        public void close() {
            closed = true;
            if (pending != null) {
                goes();
            }
        }

        @Override
        public String client() {
            return "test";
        }

        void takes() {
            pending.complete(null);
        }

        void goes() {
            pending.completeExceptionally(new IllegalStateException("gone"));
        }

        void takesAll() {
            while (pending != null && !pending.isDone()) {
                takes();
                run();
            }
        }

        List<String> names() {
            return taken.stream().map(StreamEvent::name).toList();
        }

        List<Long> ids() {
            return taken.stream().map(StreamEvent::id).filter(id -> id != null).toList();
        }
    }

    /** Another client, with an event for which there is no room beside that of the one under test. */
    private final class Other implements LargeEvents.Client {

        private final StreamEvent event = new StreamEvent("registration", null, "effect", "y".repeat(100_000));
        boolean holds;
        boolean woken;

        void hold() {
            holds = large.take(event, this, System.nanoTime());
        }

        void letGo() {
            large.sent(event, this);
        }

        @Override
        public void wake() {
            woken = true;
        }

        @Override
        public void crowdOut() {
            throw new UnsupportedOperationException();
        }
    }

    private static final class Noted implements Watcher.Log {

        final List<String> cut = new ArrayList<>();
        boolean ended;

        @Override
        public void sent(StreamEvent event) {}

        @Override
        public void cut(Watcher watcher, String reason) {
            cut.add(reason);
        }

        @Override
        public void waiting(StoreException reason) {}

        @Override
        public void failed(Watcher watcher, RuntimeException failure) {
            throw failure;
        }

        @Override
        public void ended(Watcher watcher) {
            ended = true;
        }
    }
}
