// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemotePlaceTest {

    private final StoredRegions regions = new StoredRegions();
    private final RemoteFeed feed = new RemoteFeed(regions, StoredChanges.REVISIONS, 1_000_000);

    @Test
    void doesNotTellOfNodesThatLeftBeforeItKnewAny() {
        regions.have("us", "gone").have("us", "there").remove("us", "gone");
        feed.refresh();

        RemotePlace place = RemotePlace.after(feed, "");

        assertThat(names(changes(place))).containsExactly("remote-registration");
        regions.remove("us", "there");
        feed.refresh();
        assertThat(names(changes(place))).containsExactly("remote-removed");
    }

    @Test
    void goesOnWhereNumbersHaveGaps() {
        regions.have("us", "node-1");
        feed.refresh();
        RemotePlace place = RemotePlace.after(feed, "");
        assertThat(changes(place)).hasSize(1);

        regions.skip("us", 10);
        feed.refresh();

        assertThat(changes(place)).isEmpty();
        assertThat(place.id()).isEqualTo(",us:link1:11");
        int reads = regions.reads;
        assertThat(changes(place)).isEmpty();
        assertThat(regions.reads).as("nothing is read where nothing is new").isEqualTo(reads);
    }

    @Test
    void leadsOnOnlyWhereAllThatHasChangedSinceIsStillKnown() {
        regions.have("us", "node-1").have("us", "node-2").remove("us", "node-2").have("us", "node-3").prune("us");
        feed.refresh();

        assertThat(RemotePlace.after(feed, "us:link1:4").obstacle()).isNull();
        assertThat(RemotePlace.after(feed, "us:link1:3").obstacle()).isNull();
        assertThat(RemotePlace.after(feed, "us:link1:2").obstacle()).as("pruned").isEqualTo("region_lost");
        assertThat(RemotePlace.after(feed, "us:link1:5").obstacle()).as("never given").isEqualTo("region_lost");
        assertThat(RemotePlace.after(feed, "us:link2:4").obstacle()).as("forgotten").isEqualTo("region_lost");
        assertThat(RemotePlace.after(feed, "sa:link1:1").obstacle()).as("not ours").isEqualTo("region_lost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"us", "us:link1", "us:link1:x", "us:link1:-1", "us:link1:1:2", "us:link1:1,", ",",
        "us:link1:1,us:link1:1", "us:link1:99999999999999999999"})
    void refusesWhatIsNoId(String id) {
        feed.refresh();

        assertThat(RemotePlace.after(feed, id).obstacle()).isEqualTo("unknown_id");
        assertThat(RemotePlace.after(feed, "us:link1:1,".repeat(1_000)).obstacle()).isEqualTo("unknown_id");
    }

    @Test
    void readsOnceForAllWhoStandAtTheSamePlace() {
        regions.have("us", "node-1").have("us", "node-2");
        feed.refresh();
        List<RemotePlace> places = List.of(
                RemotePlace.after(feed, "us:link1:1"), RemotePlace.after(feed, "us:link1:1"),
                RemotePlace.after(feed, "us:link1:1"));

        places.forEach(place -> assertThat(changes(place)).hasSize(1));

        assertThat(regions.reads).isEqualTo(1);
        assertThat(feed.keptBytes()).isPositive();
        feed.rest();
        assertThat(feed.keptBytes()).isZero();
    }

    @Test
    void readsOnceForAllWhoHaveComeToTheSamePlace() {
        regions.have("us", "node-1");
        feed.refresh();
        RemotePlace early = RemotePlace.after(feed, "");
        regions.have("us", "node-2");
        feed.refresh();
        List<RemotePlace> places = List.of(early, RemotePlace.after(feed, ""), RemotePlace.after(feed, "us:link1:1"));
        places.forEach(place -> changes(place));

        regions.have("us", "node-3");
        feed.refresh();
        int before = regions.reads;
        places.forEach(place -> assertThat(changes(place)).hasSize(1));
        assertThat(regions.reads).as("though they began elsewhere").isEqualTo(before + 1);

        regions.skip("us", 10);
        feed.refresh();
        places.forEach(place -> assertThat(changes(place)).isEmpty());
        assertThat(regions.reads).as("also where there is nothing").isEqualTo(before + 2);
    }

    @Test
    void forgetsWhatItHasReadOnceNumbersGoBack() {
        regions.have("us", "node-1").have("us", "lost");
        feed.refresh();
        assertThat(changes(RemotePlace.after(feed, "us:link1:1"))).hasSize(1);

        regions.goBack("us", 1).have("us", "node-3");
        regions.skip("us", -1);
        feed.refresh();
        regions.skip("us", 1);
        feed.refresh();

        assertThat(changes(RemotePlace.after(feed, "us:link1:1"))).singleElement()
                .satisfies(event -> assertThat(feed.changed("us", "link1", 1, 0)).singleElement()
                        .satisfies(node -> assertThat(node.nodeId()).isEqualTo("node-3")));
    }

    @Test
    void keepsNoMoreBytesThanItMay() {
        RemoteFeed small = new RemoteFeed(regions, StoredChanges.REVISIONS, 100_000);
        for (int i = 0; i < 5_000; i++) {
            regions.have("us", "node-" + i);
        }
        small.refresh();
        RemotePlace place = RemotePlace.ofSnapshot(small);
        int nodes = 0;
        while (place.nextOfSnapshot(null) != null) {
            nodes++;
            assertThat(small.keptBytes()).isLessThanOrEqualTo(100_000);
        }
        assertThat(nodes).isEqualTo(5_000);
    }

    /** In any order of changes, looks and reconnections a client that applies what it is sent has what there is. */
    @Test
    void whoeverAppliesWhatItIsSentHasWhatThereIs() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            StoredRegions stored = new StoredRegions();
            RemoteFeed shared = new RemoteFeed(stored, StoredChanges.REVISIONS, random.nextInt(5_000));
            Map<String, String> there = new HashMap<>();
            Map<String, String> known = new HashMap<>();
            shared.refresh();
            RemotePlace place = RemotePlace.ofSnapshot(shared);
            boolean inSnapshot = true;
            for (int step = 0; step < 300; step++) {
                String region = random.nextBoolean() ? "us" : "ap";
                String node = "node-" + random.nextInt(20);
                switch (random.nextInt(8)) {
                    case 0, 1 -> {
                        stored.have(region, node);
                        there.put(region + node, "");
                    }
                    case 2 -> {
                        if (there.remove(region + node) != null) {
                            stored.remove(region, node);
                        }
                    }
                    case 3 -> shared.refresh();
                    case 4 -> {
                        if (random.nextInt(5) == 0) {
                            shared.refresh();
                            place = inSnapshot
                                    ? RemotePlace.ofSnapshot(shared)
                                    : RemotePlace.after(shared, place.id().isEmpty() ? "" : place.id().substring(1));
                            assertThat(place.obstacle()).isNull();
                            if (inSnapshot) {
                                known.clear();
                            }
                        }
                    }
                    default -> inSnapshot = taken(place, inSnapshot, known, random);
                }
            }
            shared.refresh();
            for (int i = 0; i < 2_000; i++) {
                inSnapshot = taken(place, inSnapshot, known, random);
            }
            assertThat(known.keySet()).as("seed " + seed).isEqualTo(there.keySet());
        }
    }

    /** The client takes an event, or cannot and is given it again. */
    private static boolean taken(RemotePlace place, boolean inSnapshot, Map<String, String> known, Random random) {
        StreamEvent event;
        if (inSnapshot) {
            event = place.nextOfSnapshot(null);
            if (event == null) {
                return false;
            }
        } else {
            event = place.next(null);
            if (event == null) {
                place.read();
                return false;
            }
        }
        if (random.nextInt(5) == 0) {
            place.back(inSnapshot);
            return inSnapshot;
        }
        String key = event.data().replaceAll(".*:\"(..)\".*:\"(.*)\"}", "$1$2");
        if (event.name().equals("remote-removed")) {
            known.remove(key);
        } else {
            known.put(key, "");
        }
        return inSnapshot;
    }

    private static List<StreamEvent> changes(RemotePlace place) {
        List<StreamEvent> events = new ArrayList<>();
        do {
            for (StreamEvent next = place.next(null); next != null; next = place.next(null)) {
                events.add(next);
            }
        } while (place.read());
        return events;
    }

    private static List<String> names(List<StreamEvent> events) {
        return events.stream().map(StreamEvent::name).toList();
    }
}
