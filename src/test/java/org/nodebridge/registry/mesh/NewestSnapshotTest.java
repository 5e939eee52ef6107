// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.mesh.MeshNodes.node;

import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.config.WeightSettings;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.DiscoveryView.Known;
import org.nodebridge.registry.discovery.NodeTable;
import org.nodebridge.registry.discovery.OtherRegions.OtherRegion;
import org.nodebridge.registry.mesh.NewestSnapshot.RemovalSafety;
import org.nodebridge.registry.mesh.NewestSnapshot.Source;

class NewestSnapshotTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration GRACE = Duration.ofSeconds(90);

    private final MeshNodes fleet = new MeshNodes();
    private final NewestSnapshot newest = new NewestSnapshot(
            fleet.builder, fleet.resolved, fleet.resolvedOfOthers, new MeshWeights(WeightSettings.Source.OFF),
            this::nanos);
    private final List<MeshSnapshot> sent = new ArrayList<>();
    private NodeTable table = NodeTable.EMPTY;
    private List<OtherRegion> others = List.of();
    private boolean othersRead = true;
    private boolean hasRoom = true;
    private long revision;
    private long now;
    private long buildMillis;
    private long nanos;

    /** Read when a snapshot begins and ends. */
    private long nanos() {
        nanos += buildMillis * 1_000_000;
        return nanos;
    }

    private void know(boolean settled, DiscoveredNode... nodes) {
        table = NodeTable.of(List.of(nodes));
        refresh(settled);
    }

    private void refresh(boolean settled) {
        refreshAfter(60_000, settled); // more than any pause between two runs
    }

    private void refreshAfter(long millis, boolean settled) {
        now += millis;
        newest.refresh(new Source(new Known(table, now, ++revision), hasRoom, settled, others, othersRead), now);
    }

    @Test
    void whatChangesWithinThePauseAfterASnapshotIsSentAsOneWithTheNewestState() {
        buildMillis = 40;
        know(true, node("a", "http://10.0.0.1:80"));
        newest.follow(sent::add);

        // 40 ms until the first is made and a pause of three times as long: only the last of these 16 is behind it
        for (int port = 81; port < 97; port++) {
            table = NodeTable.of(List.of(node("a", "http://10.0.0.1:" + port)));
            refreshAfter(10, true);
        }

        assertThat(sent).extracting(each -> each.services().get("onex-effect").endpoints().get(0).port())
                .containsExactly(80, 96);
        assertThat(newest.ready().revision()).isEqualTo(revision);
    }

    @Test
    void noServiceGoesWithADatabaseThatHasForgottenItsNodes() {
        know(true, node("a", "http://10.0.0.1:80"));
        newest.follow(sent::add);

        know(false);

        assertThat(newest.ready().revision()).isEqualTo(revision);
        assertThat(newest.ready().services().get("onex-effect")).isSameAs(sent.get(0).services().get("onex-effect"));
    }

    @Test
    void aServiceGoesOnceItsNodesHadTheTimeToComeBack() {
        know(true, node("a", "http://10.0.0.1:80"));
        know(false, MeshNodes.ofType("compute", node("b", "http://10.0.0.2:80")));
        assertThat(newest.ready().services()).containsKeys("onex-effect", "onex-compute");

        refresh(true);

        assertThat(newest.ready().services()).containsOnlyKeys("onex-compute", "onex-compute/api");
    }

    /** It is not known when there is room: a client that names a service of which a node is known does not wait. */
    @Test
    void aReplicaThatNeverHadRoomForAllNodesServesThoseThatItHasAndSaysOfNoneThatItIsGone() {
        newest.follow(sent::add);
        hasRoom = false;

        know(true, node("a", "http://10.0.0.1:80"));

        assertThat(sent).singleElement().satisfies(each -> {
            assertThat(each.services()).containsOnlyKeys("onex-effect", "onex-effect/api");
            assertThat(each.complete()).isFalse();
            assertThat(each.mayHave("onex-compute")).isTrue();
        });

        know(true, MeshNodes.ofType("compute", node("b", "http://10.0.0.2:80")));
        assertThat(newest.ready().services()).containsKeys("onex-effect", "onex-compute");

        hasRoom = true;
        refresh(true);
        assertThat(newest.ready().complete()).isTrue();
        assertThat(newest.ready().services()).containsOnlyKeys("onex-compute", "onex-compute/api");
    }

    @Test
    void nothingIsSentWhileNoNodeHasComeYet() {
        newest.follow(sent::add);

        know(false);
        assertThat(sent).isEmpty();
        assertThat(newest.isOfNoNodes()).isTrue();

        know(false, node("a", "http://10.0.0.1:80"));
        assertThat(sent).singleElement().satisfies(
                each -> assertThat(each.services()).containsOnlyKeys("onex-effect", "onex-effect/api"));
        assertThat(newest.isOfNoNodes()).isFalse();
    }

    @Test
    void whatIsSentBeforeNodesHadTheTimeToAnnounceThemselvesSaysSo() {
        newest.follow(sent::add);
        know(false, node("a", "http://10.0.0.1:80"));

        refresh(true);

        assertThat(sent).extracting(MeshSnapshot::complete).containsExactly(false, true);
    }

    @ParameterizedTest
    @CsvSource({
        "90, 90, true, true", "89, 90, true, false", "90, 89, true, false", "90, 90, false, false"
    })
    void aServiceGoesWhenNodesHadTheTimeToAnnounceThemselvesAndSomeDid(
            int caughtUpFor, int historyFor, boolean anyNode, boolean safe) {
        assertThat(new RemovalSafety(
                NOW.minusSeconds(caughtUpFor), Duration.ofSeconds(historyFor), anyNode, GRACE).allows(NOW))
                .isEqualTo(safe);
    }

    @Test
    void noServiceGoesBeforeTheConsumerHasCaughtUp() {
        assertThat(new RemovalSafety(null, Duration.ofDays(1), true, GRACE).allows(NOW)).isFalse();
    }

    @Test
    void aServiceIsNotSentWithAPartOfItsNodesWhileNobodyIsFreeToLookUpTheOthers() throws UnknownHostException {
        fleet.name("b.example", "10.0.0.2");
        fleet.lookupsAreFree = false;
        know(true, node("a", "http://10.0.0.1:80"), node("b", "http://b.example:80"));
        assertThat(newest.ready()).isNull();

        refresh(true);
        assertThat(newest.ready().services().get("onex-effect").isWithheld()).isTrue();

        fleet.lookupsAreFree = true;
        refresh(true);
        refresh(true);
        assertThat(newest.ready().services().get("onex-effect").isWithheld()).isFalse();
        assertThat(newest.ready().services().get("onex-effect").endpoints()).hasSize(2);
    }

    @Test
    void afterAMinuteAServiceIsSentWithoutTheNodesWhoseNamesNobodyWasFreeToLookUp() {
        fleet.lookupsAreFree = false;
        know(true, node("a", "http://10.0.0.1:80"), node("b", "http://b.example:80"));

        refresh(true);
        refresh(true);

        assertThat(newest.ready().services().get("onex-effect").isWithheld()).isFalse();
        assertThat(newest.ready().services().get("onex-effect").endpoints()).hasSize(1);
    }

    private static OtherRegion other(String name, DiscoveredNode... nodes) {
        return new OtherRegion(name, "connected", new Known(NodeTable.of(List.of(nodes)), 0));
    }

    private List<String> received() {
        return sent.get(sent.size() - 1).services().get("onex-effect").endpoints().stream()
                .map(MeshEndpoint::nodeId).toList();
    }

    @Test
    void aRegionThatCannotBeReachedComesLastWithAllItsNodesAndComesBack() {
        OtherRegion us = other("us", node("far", "http://10.0.1.1:80"));
        OtherRegion ap = other("ap", node("farther", "http://10.0.2.1:80"));
        newest.follow(sent::add);
        others = List.of(us, ap);
        know(true, node("near", "http://10.0.0.1:80"));
        assertThat(received()).containsExactly("near", "far", "farther");

        others = List.of(ap, us);
        refresh(true);
        assertThat(received()).containsExactly("near", "farther", "far");

        others = List.of(us, ap);
        refresh(true);
        assertThat(received()).containsExactly("near", "far", "farther");
    }

    @Test
    void whatHasNotChangedInAnotherRegionIsNotMadeAgain() {
        OtherRegion us = other("us", node("far", "http://10.0.1.1:80"));
        newest.follow(sent::add);
        others = List.of(us);
        know(true, node("near", "http://10.0.0.1:80"));

        others = List.of(new OtherRegion("us", "behind", new Known(us.known().table(), 99)));
        refresh(true);

        assertThat(sent.get(sent.size() - 1).services()).isSameAs(sent.get(0).services());
    }

    @Test
    void waitsForTheNodesOfOtherRegionsTenSecondsAtMost() {
        othersRead = false;
        know(true, node("near", "http://10.0.0.1:80"));
        assertThat(newest.ready()).isNull();

        refresh(true); // a minute later
        assertThat(newest.ready().services()).containsKey("onex-effect");
    }

    @Test
    void noServiceIsSaidToBeGoneBeforeTheNodesOfOtherRegionsHaveBeenRead() {
        othersRead = false;
        know(true, node("near", "http://10.0.0.1:80"));
        refresh(true);
        assertThat(newest.ready().complete()).isFalse();

        othersRead = true;
        refresh(true);
        assertThat(newest.ready().complete()).isTrue();
    }

    @Test
    void aServiceKeepsOurNodesThatTheDatabaseHasForgottenThoughAnotherRegionHasSome() {
        newest.follow(sent::add);
        others = List.of(other("us", node("far", "http://10.0.1.1:80")));
        know(true, node("near", "http://10.0.0.1:80"));

        know(false);
        assertThat(received()).containsExactly("near", "far");

        refresh(true);
        assertThat(received()).containsExactly("far");
    }

    @Test
    void callersAreNotSentElsewhereWhileOurNodesMayYetAnnounceThemselves() {
        others = List.of(other("us", node("far", "http://10.0.1.1:80")));

        know(false);
        refresh(false);
        assertThat(newest.ready()).isNull();

        refresh(true);
        assertThat(newest.ready().services()).containsKey("onex-effect");
    }

    @Test
    void whatNobodyHasAskedForOfLateIsMadeAgain() {
        assertThat(newest.forgetUnlessAsked(now)).isFalse();
        assertThat(newest.ask(now)).isTrue();
        know(true, node("a", "http://10.0.0.1:80"));
        newest.ask(now);
        assertThat(newest.ask(now + 5_000)).isFalse();
        assertThat(newest.ask(now + 10_001)).isTrue();

        now += 10_000 + 600_000;
        assertThat(newest.forgetUnlessAsked(now)).isTrue();
        now++;
        assertThat(newest.forgetUnlessAsked(now)).isFalse();

        assertThat(newest.ready()).isNull();
        assertThat(newest.ask(now)).isTrue();
        refresh(true);
        assertThat(newest.ready().services()).containsKey("onex-effect");
    }
}
