// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.store.RegistrationStatus.ACTIVE;
import static org.nodebridge.registry.store.RegistrationStatus.DRAINING;
import static org.nodebridge.registry.store.RegistrationStatus.SUSPECT;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.config.PreservationSettings;
import org.nodebridge.registry.store.RegistrationStatus;

class ExpiryPlanTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Cohort.Key COHORT = new Cohort.Key("effect", "eu");
    private static final Duration SUSPECT_TIME = Duration.ofSeconds(30);

    @Test
    void aNodeThatIsLateBecomesASuspect() {
        ExpiryPlan plan = decide(100, late("a"));

        assertThat(plan.lapses()).containsExactly(java.util.Map.entry("a", "lease_ended"));
        assertThat(plan.expiries()).isEmpty();
        assertThat(plan.holds()).isEmpty();
    }

    @Test
    void aSuspectOfWhichNobodyKnowsSinceWhenHoldsUpNoOther() {
        Node unknown = new Node("x", "eu", SUSPECT, true, true, "auto", null, 0, null, null, false);

        ExpiryPlan plan = decide(100, unknown, node("a", SUSPECT).since(40).withoutEndpoint());

        assertThat(plan.expiries()).containsOnlyKeys("a");
    }

    @Test
    void aNodeThatNeverSentAHeartbeatIsNotLate() {
        ExpiryPlan plan = decide(100, node("a", ACTIVE).silent());

        assertThat(plan.lapses()).isEmpty();
        assertThat(plan.expiries()).isEmpty();
    }

    @Test
    void aNodeThatNeverSentAHeartbeatBecomesASuspectWhenItsFirstProbeFails() {
        assertThat(decide(100, node("a", ACTIVE).silent().failed(1)).lapses()).containsEntry("a", "probe_failed");
    }

    @Test
    void aNodeWithNeitherHeartbeatsNorAnEndpointStays() {
        ExpiryPlan plan = decide(1, node("a", ACTIVE).silent().withoutEndpoint());

        assertThat(plan.lapses()).isEmpty();
        assertThat(plan.expiries()).isEmpty();
        assertThat(plan.holds()).isEmpty();
    }

    @Test
    void aNodeThatMustSendHeartbeatsIsLateThoughItNeverSentOne() {
        assertThat(decide(100, node("a", ACTIVE).silent().watchedBy("heartbeat")).lapses())
                .containsEntry("a", "lease_ended");
    }

    @Test
    void aNodeThatIsWatchedByProbesBecomesASuspectWhenTwoFailThoughItsLeaseRuns() {
        assertThat(decide(100, node("a", ACTIVE).watchedBy("probe").failed(2).leased()).lapses())
                .containsEntry("a", "probe_failed");
        assertThat(decide(100, node("a", ACTIVE).watchedBy("both").failed(2).leased()).lapses())
                .containsEntry("a", "probe_failed");
        assertThat(decide(100, node("a", ACTIVE).watchedBy("probe").failed(1).leased()).lapses()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aSuspectStaysWhileItsProbesHaveNotFailedTwice(int failures) {
        assertThat(decide(100, suspect("a").failed(failures)).expiries()).isEmpty();
    }

    @Test
    void aSuspectExpiresWhenItsProbesHaveFailedTwice() {
        assertThat(decide(100, suspect("a").failed(2)).expiries()).containsEntry("a", "lease_expired");
    }

    @Test
    void aSuspectWhoseLeaseRunsDoesNotExpire() {
        assertThat(decide(100, suspect("a").watchedBy("both").failed(9).leased()).expiries()).isEmpty();
    }

    @Test
    void aSuspectThatCannotBeProbedExpiresInTime() {
        assertThat(decide(100, suspect("a").withoutEndpoint().since(29)).expiries()).isEmpty();
        assertThat(decide(100, suspect("a").withoutEndpoint().since(30)).expiries()).containsKey("a");
        assertThat(decide(100, suspect("a").refused().since(30)).expiries()).containsKey("a");
        assertThat(decide(100, suspect("a").since(3_000)).expiries()).isEmpty();
    }

    @Test
    void aNodeThatDrainsExpiresWithItsLease() {
        assertThat(decide(1, node("a", DRAINING)).expiries()).containsEntry("a", "restart_never_came");
    }

    @Test
    void aCohortIsHeldWhenMoreThanItsShareFallsDue() {
        assertThat(decide(100, late(15)).holds()).isEmpty();

        ExpiryPlan plan = decide(100, late(16));

        assertThat(plan.lapses()).isEmpty();
        assertThat(plan.expiries()).isEmpty();
        assertThat(plan.holds()).singleElement().satisfies(hold -> {
            assertThat(hold.since()).isEqualTo(NOW);
            assertThat(hold.size()).isEqualTo(100);
            assertThat(hold.fallen()).isEqualTo(16);
            assertThat(hold.held()).isEqualTo(16);
            assertThat(hold.heldNodes()).hasSize(16);
        });
    }

    @Test
    void whatHasExpiredLatelyCounts() {
        ExpiryPlan plan = plan().decide(List.of(late("a").made()), List.of(new Cohort(COHORT, 85, 15)), List.of());

        assertThat(plan.holds()).hasSize(1);
        assertThat(plan.lapses()).isEmpty();
    }

    @Test
    void oneNodeAloneIsNeverHeld() {
        assertThat(decide(1, late("a")).lapses()).containsKey("a");
    }

    @Test
    void cohortsAreJudgedApart() {
        List<LeasedNode> nodes = Stream.concat(
                IntStream.range(0, 10).mapToObj(i -> late("eu" + i).made()),
                Stream.of(late("us").region("us").made()))
                .toList();

        ExpiryPlan plan = plan().decide(
                nodes,
                List.of(new Cohort(COHORT, 10, 0), new Cohort(new Cohort.Key("effect", "us"), 100, 0)),
                List.of());

        assertThat(plan.holds()).singleElement().satisfies(hold -> assertThat(hold.cohort()).isEqualTo(COHORT));
        assertThat(plan.lapses()).containsOnlyKeys("us");
    }

    @Test
    void heldNodesThatFailTheirProbesExpireAFewAtATime() {
        ExpiryPlan plan =
                decide(100, IntStream.range(0, 80).mapToObj(i -> late("n" + i).failed(2)).toArray(Node[]::new));

        assertThat(plan.expiries()).hasSize(5).containsEntry("n0", "lease_expired");
        assertThat(plan.holds()).singleElement().satisfies(hold -> {
            assertThat(hold.held()).isEqualTo(75);
            assertThat(hold.heldNodes()).doesNotContain("n0");
        });
    }

    @Test
    void ofASmallCohortOneExpiresAtATime() {
        assertThat(decide(2, late("a").failed(2), late("b").failed(2)).expiries()).containsOnlyKeys("a");
    }

    @Test
    void aHeldNodeThatCannotBeProbedStaysUntilTheLongestHold() {
        Node[] nodes = IntStream.range(0, 10).mapToObj(i -> suspect("n" + i).withoutEndpoint().since(600))
                .toArray(Node[]::new);

        assertThat(decide(heldSince(NOW.minusSeconds(899)), 10, nodes).expiries()).isEmpty();
        assertThat(decide(heldSince(NOW.minusSeconds(900)), 10, nodes).expiries()).containsOnlyKeys("n0");
    }

    @Test
    void aHoldThatGoesOnKeepsItsBeginning() {
        Instant since = NOW.minusSeconds(60);

        assertThat(decide(heldSince(since), 10, late(5)).holds())
                .singleElement()
                .satisfies(hold -> assertThat(hold.since()).isEqualTo(since));
    }

    @Test
    void aHoldEndsWhenRenewalsRecover() {
        ExpiryPlan plan = decide(heldSince(NOW.minusSeconds(60)), 10, late("a"));

        assertThat(plan.holds()).isEmpty();
        assertThat(plan.lapses()).containsOnlyKeys("a");
    }

    @Test
    void aHoldEndsWhenEveryNodeIsDecided() {
        assertThat(decide(heldSince(NOW.minusSeconds(60)), 10).holds()).isEmpty();
    }

    @Test
    void whatAnOperatorConfirmsExpiresAtOnce() {
        ExpiryPlan plan = decide(10, confirmed(10));

        assertThat(plan.expiries()).hasSize(10).containsEntry("n3", "confirmed_by_operator");
        assertThat(plan.holds()).isEmpty();
    }

    @Test
    void whatFallsAfterAConfirmationIsHeldAgain() {
        ExpiryPlan plan = decide(20, Stream.concat(Stream.of(confirmed(5)), IntStream.range(5, 15)
                .mapToObj(i -> late("n" + i)))
                .toArray(Node[]::new));

        assertThat(plan.expiries()).containsOnlyKeys("n0", "n1", "n2", "n3", "n4");
        assertThat(plan.holds()).singleElement().satisfies(hold -> assertThat(hold.held()).isEqualTo(10));
    }

    @Test
    void whatIsConfirmedHasItsWholeTimeAfterTroubleAndIsNotHeldMeanwhile() {
        ExpiryPlan plan = decide(10, suspect("a").leased().confirmedGone(), suspect("b").leased().confirmedGone());

        assertThat(plan.expiries()).isEmpty();
        assertThat(plan.holds()).isEmpty();
    }

    @Test
    void aNodeThatNothingIsExpectedOfIsNotConfirmedGone() {
        assertThat(decide(1, node("a", ACTIVE).silent().withoutEndpoint().confirmedGone()).expiries()).isEmpty();
    }

    private static Node[] confirmed(int count) {
        return Stream.of(late(count)).map(Node::confirmedGone).toArray(Node[]::new);
    }

    private static List<PreservationHold> heldSince(Instant since) {
        return List.of(new PreservationHold(COHORT, since, 10, 10, 10, List.of(), null, null));
    }

    private static ExpiryPlan decide(int cohort, Node... nodes) {
        return decide(List.of(), cohort, nodes);
    }

    private static ExpiryPlan decide(List<PreservationHold> before, int cohort, Node... nodes) {
        return plan().decide(
                Stream.of(nodes).map(Node::made).toList(), List.of(new Cohort(COHORT, cohort, 0)), before);
    }

    private static ExpiryPlan plan() {
        return new ExpiryPlan(
                new PreservationSettings(15, 2, Duration.ofSeconds(90), 5, Duration.ofMinutes(15)), 2, SUSPECT_TIME,
                NOW);
    }

    private static Node[] late(int count) {
        return IntStream.range(0, count).mapToObj(i -> late("n" + i)).toArray(Node[]::new);
    }

    private static Node late(String id) {
        return node(id, ACTIVE);
    }

    private static Node suspect(String id) {
        return node(id, SUSPECT).since(10);
    }

    private static Node node(String id, RegistrationStatus status) {
        return new Node(id, "eu", status, true, true, "auto", "http://10.0.0.1/health", 0, null, null, false);
    }

    private record Node(
            String id, String region, RegistrationStatus status, boolean due, boolean heartbeats, String watch,
            String endpoint, int failures, String result, Duration suspectFor, boolean confirmed) {

        Node region(String other) {
            return new Node(id, other, status, due, heartbeats, watch, endpoint, failures, result, suspectFor,
                    confirmed);
        }

        Node silent() {
            return new Node(id, region, status, due, false, watch, endpoint, failures, result, suspectFor, confirmed);
        }

        Node leased() {
            return new Node(id, region, status, false, heartbeats, watch, endpoint, failures, result, suspectFor,
                    confirmed);
        }

        Node watchedBy(String by) {
            return new Node(id, region, status, due, heartbeats, by, endpoint, failures, result, suspectFor, confirmed);
        }

        Node withoutEndpoint() {
            return new Node(id, region, status, due, heartbeats, watch, null, failures, result, suspectFor, confirmed);
        }

        Node failed(int times) {
            return new Node(id, region, status, due, heartbeats, watch, endpoint, times, "timeout", suspectFor,
                    confirmed);
        }

        Node refused() {
            return new Node(
                    id, region, status, due, heartbeats, watch, endpoint, 0, "refused_address", suspectFor, confirmed);
        }

        Node confirmedGone() {
            return new Node(id, region, status, due, heartbeats, watch, endpoint, failures, result, suspectFor, true);
        }

        Node since(int seconds) {
            return new Node(
                    id, region, status, due, heartbeats, watch, endpoint, failures, result,
                    Duration.ofSeconds(seconds), confirmed);
        }

        LeasedNode made() {
            return new LeasedNode(
                    id, "effect", region, status, due, heartbeats, watch, endpoint, failures, result, suspectFor,
                    confirmed);
        }
    }
}
