// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.nodebridge.registry.drift.Fleet.NOW;
import static org.nodebridge.registry.drift.Fleet.departed;
import static org.nodebridge.registry.drift.Fleet.entry;
import static org.nodebridge.registry.drift.Fleet.row;
import static org.nodebridge.registry.drift.Fleet.rowless;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.config.ReconcileSettings;
import org.nodebridge.registry.drift.ComparedNode;
import org.nodebridge.registry.drift.ComparedRow;
import org.nodebridge.registry.drift.Drift;
import org.nodebridge.registry.drift.Drift.Action;
import org.nodebridge.registry.drift.Drift.Kind;
import org.nodebridge.registry.drift.Finding;
import org.nodebridge.registry.drift.Fleet;

class RepairPlanTest {

    private static final Duration GRACE = Duration.ofSeconds(90);
    private static final Instant LONG_AGO = NOW.minus(Duration.ofHours(1));
    private static final ReconcileSettings SETTINGS = new ReconcileSettings(
            Duration.ofSeconds(1), Duration.ofMinutes(1), Fleet.LIMIT, GRACE, 10, 5);

    private final Map<Drift.Key, Instant> known = new HashMap<>();

    private static DeletionSafety safe() {
        return safety(LONG_AGO, NOW.minusSeconds(2), LONG_AGO, false, true);
    }

    private static DeletionSafety safety(
            Instant caughtUpAt, Instant readUpTo, Instant quietSince, boolean replaying, boolean registeredNodes) {
        return new DeletionSafety(caughtUpAt, readUpTo, quietSince, replaying, false, registeredNodes, SETTINGS, NOW);
    }

    private RepairStep plan(DeletionSafety safety, Finding finding, String... present) {
        return plan(safety, List.of(finding), Set.of(present)).get(0);
    }

    private List<RepairStep> plan(DeletionSafety safety, List<Finding> findings, Set<String> present) {
        return new RepairPlan(safety, known, Fleet.CONSUL_NODE, present).steps(findings, 5);
    }

    private Finding knownSince(Instant since, Finding finding) {
        known.put(finding.key(Fleet.CONSUL_NODE), since);
        return finding;
    }

    private static Finding left(String id) {
        return new Finding(Kind.EXTRA, id, ComparedRow.of(departed(id)), entry(id), false, List.of());
    }

    private static Finding stray(String id, ComparedNode row) {
        return new Finding(
                Kind.EXTRA, id, row == null ? null : ComparedRow.of(row), entry(id, CheckStatus.PASSING, "elsewhere"),
                true, List.of());
    }

    private static Finding missing(String id) {
        return new Finding(Kind.MISSING, id, ComparedRow.of(row(id)), null, false, List.of());
    }

    @Test
    void keepsAnEntryThatDoesNotSayWhoseItIsWhileAnotherInstallationIsThere() {
        DeletionSafety shared = new DeletionSafety(
                LONG_AGO, NOW.minusSeconds(2), LONG_AGO, false, true, true, SETTINGS, NOW);

        RepairStep step = plan(shared, knownSince(LONG_AGO, rowless("whose")));

        assertThat(step.action()).isEqualTo(Action.HELD);
        assertThat(step.reason()).startsWith("installation_unknown: ");
    }

    @Test
    void takesNoTimeForKnownThatTheClockHasNotReached() {
        RepairStep step = plan(safe(), knownSince(NOW.plusSeconds(86_400), rowless("of-tomorrow")));

        assertThat(step.since()).isEqualTo(NOW);
    }

    /** The node may have moved to the other installation. */
    @Test
    void keepsAnEntryThatDoesNotSayWhoseItIsThoughItsNodeHasLeftUs() {
        DeletionSafety shared = new DeletionSafety(
                LONG_AGO, NOW.minusSeconds(2), LONG_AGO, false, true, true, SETTINGS, NOW);

        assertHeld(plan(shared, left("moved")), RemovalHold.INSTALLATION_UNKNOWN);
    }

    @Test
    void leavesAnEntryOfAnotherInstallationAloneAndSaysWhoseItIs() {
        Finding foreign = new Finding(
                Kind.FOREIGN, "theirs", ComparedRow.of(row("theirs")), null, false,
                List.of(new Drift.Field("meta.registry-installation", null, "other")));

        RepairStep step = plan(safe(), foreign);

        assertThat(step.action()).isEqualTo(Action.NONE);
        assertThat(step.reason()).contains("another installation", "other");
    }

    @Test
    void removesAnEntryWithoutARowWhenAllIsWellAndItHasLongBeenKnown() {
        RepairStep step = plan(safe(), knownSince(LONG_AGO, rowless("a")));

        assertThat(step.action()).isEqualTo(Action.DEREGISTER);
        assertThat(step.byRemoval()).isTrue();
        assertThat(step.since()).isEqualTo(LONG_AGO);
    }

    @Test
    void removesNothingBeforeTheConsumerHasReadWhatLayInKafkaAtTheStart() {
        DeletionSafety behind = safety(null, null, LONG_AGO, false, true);

        assertHeld(plan(behind, knownSince(LONG_AGO, rowless("a"))), RemovalHold.NOT_CAUGHT_UP);
        assertHeld(plan(behind, left("a")), RemovalHold.NOT_CAUGHT_UP);
        assertHeld(plan(behind, stray("a", row("a")), "a"), RemovalHold.NOT_CAUGHT_UP);
    }

    @Test
    void removesNothingWhileAReplayWrites() {
        DeletionSafety replaying = safety(LONG_AGO, NOW, LONG_AGO, true, true);

        assertHeld(plan(replaying, knownSince(LONG_AGO, rowless("a"))), RemovalHold.REPLAY_RUNNING);
        assertHeld(plan(replaying, left("a")), RemovalHold.REPLAY_RUNNING);
        assertHeld(plan(replaying, stray("a", row("a")), "a"), RemovalHold.REPLAY_RUNNING);
        assertThat(plan(replaying, missing("a")).action()).isEqualTo(Action.REGISTER);
    }

    @Test
    void removesNothingWithoutARowWhilePostgresHasNoRegisteredNode() {
        DeletionSafety empty = safety(LONG_AGO, NOW, LONG_AGO, false, false);

        assertHeld(plan(empty, knownSince(LONG_AGO, rowless("a"))), RemovalHold.NO_REGISTERED_NODES);
        assertThat(plan(empty, left("a")).action()).isEqualTo(Action.DEREGISTER);
    }

    @Test
    void givesNodesTimeToAnswerAfterAStartAndAfterAChangeOfTheLeader() {
        Instant recent = NOW.minus(GRACE).plusSeconds(1);

        assertHeld(
                plan(safety(recent, NOW, LONG_AGO, false, true), knownSince(LONG_AGO, rowless("a"))),
                RemovalHold.START_GRACE);
        assertHeld(
                plan(safety(LONG_AGO, NOW, recent, false, true), knownSince(LONG_AGO, rowless("a"))),
                RemovalHold.START_GRACE);
        assertThat(plan(safety(recent, NOW, recent, false, true), left("a")).action())
                .isEqualTo(Action.DEREGISTER);
    }

    @Test
    void removesAnEntryWithoutARowOnlyWhenKafkaHasBeenReadPastItsDiscovery() {
        Instant readUpTo = NOW.minusSeconds(10);
        DeletionSafety lagging = safety(LONG_AGO, readUpTo, LONG_AGO, false, true);

        assertHeld(plan(lagging, rowless("new")), RemovalHold.SEEN_TOO_RECENTLY);
        assertHeld(
                plan(lagging, knownSince(readUpTo.minus(Fleet.LIMIT).plusMillis(1), rowless("b"))),
                RemovalHold.SEEN_TOO_RECENTLY);
        assertThat(plan(lagging, knownSince(readUpTo.minus(Fleet.LIMIT), rowless("c"))).action())
                .isEqualTo(Action.DEREGISTER);
        assertHeld(
                plan(safety(LONG_AGO, null, LONG_AGO, false, true), knownSince(LONG_AGO, rowless("d"))),
                RemovalHold.SEEN_TOO_RECENTLY);
    }

    @Test
    void removesNoMoreThanItMayTheLongestKnownFirstAndWritesAllTheSame() {
        List<Finding> findings = new java.util.ArrayList<>(IntStream.range(0, 20)
                .mapToObj(number -> knownSince(LONG_AGO.minusSeconds(number), number % 2 == 0
                        ? rowless("extra-" + number)
                        : left("extra-" + number)))
                .toList());
        IntStream.range(0, 30).forEach(number -> findings.add(missing("missing-" + number)));

        List<RepairStep> steps = plan(safe(), findings, Set.of());

        assertThat(steps).hasSize(50);
        assertThat(steps.stream().filter(step -> step.action() == Action.DEREGISTER))
                .extracting(step -> step.finding().nodeId())
                .containsExactlyInAnyOrder("extra-19", "extra-18", "extra-17", "extra-16", "extra-15");
        assertThat(steps.stream().filter(step -> step.action() == Action.HELD))
                .hasSize(15)
                .allSatisfy(step -> assertHeld(step, RemovalHold.DELETION_CAP));
        assertThat(steps.stream().filter(step -> step.action() == Action.REGISTER)).hasSize(30);
    }

    /** In agent mode a proxy whose node's own entry is gone is passing. */
    @Test
    void removesTheProxyOfANodeBeforeItsOwnEntryWhereItMayRemoveOnlyOne() {
        Finding own = knownSince(LONG_AGO, rowless("a"));

        List<RepairStep> steps = new RepairPlan(safe(), known, Fleet.CONSUL_NODE, Set.of())
                .steps(List.of(own, Fleet.rowlessSidecar("a")), 1);

        assertThat(steps).extracting(step -> step.finding().instance().serviceId(), RepairStep::action)
                .containsExactly(
                        tuple("a-sidecar-proxy", Action.DEREGISTER),
                        tuple("a", Action.HELD));
    }

    @Test
    void mayRemoveTheLargerOfTheShareAndTheLeast() {
        assertThat(SETTINGS.mostDeletions(0)).isEqualTo(5);
        assertThat(SETTINGS.mostDeletions(59)).isEqualTo(5);
        assertThat(SETTINGS.mostDeletions(160)).isEqualTo(16);
    }

    @Test
    void doesNotRemoveTheOnlyEntryOfANodeForStandingElsewhere() {
        assertHeld(plan(safe(), stray("a", row("a"))), RemovalHold.OWN_ENTRY_NOT_WRITTEN);
        assertThat(plan(safe(), stray("a", row("a")), "a").byRemoval()).isTrue();
        assertThat(plan(safe(), List.of(stray("a", row("a")), missing("a")), Set.of()))
                .extracting(RepairStep::action)
                .containsExactlyInAnyOrder(Action.DEREGISTER, Action.REGISTER);
    }

    @Test
    void waitsForWhatIsPendingAndDoesNothingForWhatIsRefused() {
        ComparedRow pending = ComparedRow.of(Fleet.pending("late", Duration.ofMinutes(2)));
        ComparedRow refused = ComparedRow.of(Fleet.refused("refused"));

        RepairStep waiting = plan(safe(), new Finding(Kind.PENDING, "late", pending, null, false, List.of()));
        RepairStep nothing = plan(safe(), new Finding(Kind.PENDING, "refused", refused, null, false, List.of()));

        assertThat(waiting.action()).isEqualTo(Action.WAIT);
        assertThat(waiting.since()).isEqualTo(pending.updatedAt());
        assertThat(nothing.action()).isEqualTo(Action.NONE);
        assertThat(nothing.reason()).isEqualTo("too large");
    }

    private static void assertHeld(RepairStep step, RemovalHold why) {
        assertThat(step.action()).isEqualTo(Action.HELD);
        assertThat(step.reason()).startsWith(why.wireName() + ": ");
    }
}
