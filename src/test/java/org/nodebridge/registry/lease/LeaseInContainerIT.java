// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.cluster.ClusterLeasesRepository;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.store.InPostgres;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.StoredEvent;

/** Leases that end, in PostgreSQL. */
class LeaseInContainerIT extends InPostgres {

    private static final Duration LONG = Duration.ofHours(1);
    private static final ProbeOutcome FAILURE = new ProbeOutcome(ID, false, true, "timeout", "no answer");
    private static final ProbeOutcome ANSWER = new ProbeOutcome(ID, true, true, "answered", "answered 200");
    private static final ProbeOutcome SILENCE = new ProbeOutcome(ID, false, true, "timeout", "no answer");

    @Inject
    private LeaseRepository leases;

    @Inject
    private PreservationRepository preservation;

    @Inject
    private ClusterLeasesRepository clusterLeases;

    private long token;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    /** Its lease has ended long ago: events of this clock are of another time. */
    @BeforeEach
    void registerOneNodeAndLead() {
        store(NODE.introduced(at(0)));
        pendingWrites.confirm(Map.of(ID, 1L));
        // of a test of another class
        rows.execute("UPDATE cluster_leases SET expires_at = to_timestamp(0)");
        OptionalLong held = clusterLeases.hold(ClusterLeasesRepository.LEADER, "this", LONG);
        token = held.orElseThrow();
    }

    @AfterEach
    void lead() {
        clusterLeases.release(ClusterLeasesRepository.LEADER, "this");
    }

    @Test
    void findsANodeWhoseLeaseHasEnded() {
        store(NODE.heartbeat(at(1), HealthStatus.HEALTHY));

        assertThat(leases.fallen(LONG, 10)).singleElement().satisfies(node -> {
            assertThat(node.nodeId()).isEqualTo(ID);
            assertThat(node.due()).isTrue();
            assertThat(node.heartbeats()).isTrue();
            assertThat(node.watch()).isEqualTo("auto");
        });
    }

    @Test
    void givesEveryLeaseItsWholeTimeAfterTrouble() {
        Duration ttl = settings.leases().ttl("effect");

        assertThat(leases.fallen(ttl, 10)).isEmpty();
        assertThat(leases.lapse(Map.of(ID, "lease_ended"), ttl, token)).isEmpty();
        assertThat(leases.expire(Map.of(ID, "lease_expired"), ttl, token)).isEmpty();
        assertThat(leases.fallen(ttl.plusSeconds(1), 10)).hasSize(1);
    }

    @Test
    void aSuspectIsCriticalAndNotedWithItsReason() {
        assertThat(leases.lapse(Map.of(ID, "lease_ended"), LONG, token)).containsExactly(ID);

        assertThat(rows.of(ID).path("status").asText()).isEqualTo("suspect");
        assertThat(rows.of(ID).path("check_status").asText()).isEqualTo("critical");
        assertThat(rows.of(ID).path("revision").asLong()).isEqualTo(2);
        assertThat(lastChange()).isEqualTo("suspect:lease_ended");
        assertThat(leases.lapse(Map.of(ID, "lease_ended"), LONG, token)).isEmpty();
    }

    /** As another program may have written it. */
    @Test
    void aSuspectWithoutATimeIsOneSinceItsLeaseEndedAndIsGivenUpAsAnyOther() {
        for (String since : List.of("NULL", "'infinity'", "'-infinity'", "now() + interval '1 year'")) {
            rows.execute("UPDATE tool_registrations SET status = 'suspect', suspect_since = " + since
                    + ", last_heartbeat = NULL, lease_ttl_seconds = 90,"
                    + " lease_expires_at = now() - interval '8 minutes'");

            assertThat(leases.fallen(LONG, 10)).as(since).singleElement().satisfies(node -> assertThat(
                    node.suspectFor()).isBetween(Duration.ofMinutes(8), Duration.ofMinutes(9)));
        }
        rows.execute("UPDATE tool_registrations SET suspect_since = NULL, lease_expires_at = NULL");
        assertThat(leases.fallen(LONG, 10)).singleElement()
                .satisfies(node -> assertThat(node.suspectFor()).isZero());
    }

    @Test
    void noFigureOfAnotherProgramKeepsANodeFromBeingProbedOrGivenUp() {
        for (String columns : List.of("lease_ttl_seconds = 'NaN'", "lease_ttl_seconds = 'Infinity'",
                "lease_ttl_seconds = '-Infinity'", "lease_ttl_seconds = 1e308", "lease_ttl_seconds = 1e15",
                "probe_failures = 2147483647", "probe_failures = -2147483648",
                "flaps = 2147483647, flapped_at = now(), check_status = 'critical'")) {
            rows.execute("UPDATE tool_registrations SET status = 'active', probe_due_at = NULL, "
                    + "lease_expires_at = now() - interval '8 minutes', heartbeat_timestamp = now(), " + columns);

            assertThat(leases.fallen(LONG, 10)).as(columns).hasSize(1);
            assertThat(leases.claimProbes(List.of(ID), LONG, settings.probes().intervals())).as(columns).hasSize(1);
            leases.probed(List.of(FAILURE), token);
            assertThat(rows.of(ID).path("probe_result").asText()).as(columns).isEqualTo("timeout");
            leases.probed(List.of(ANSWER), token);
            assertThat(rows.of(ID).path("probe_result").asText()).as(columns).isEqualTo("answered");
            assertThat(rows.time(ID, "lease_expires_at")).as(columns).isBefore(Instant.now().plus(LONG));
            rows.execute("UPDATE tool_registrations SET probe_result = NULL, " + columns + ", lease_expires_at = now()"
                    + " - interval '8 minutes'");
            assertThat(leases.lapse(Map.of(ID, "lease_ended"), LONG, token)).as(columns).containsExactly(ID);
            assertThat(leases.expire(Map.of(ID, "lease_expired"), LONG, token)).as(columns).containsExactly(ID);
        }
    }

    @Test
    void tellsWhetherTheTokenIsStillTheLeaders() {
        assertThat(leases.leads(token)).isTrue();
        assertThat(leases.leads(token - 1)).isFalse();
    }

    @Test
    void aHeartbeatRecoversASuspect() {
        leases.lapse(Map.of(ID, "lease_ended"), LONG, token);

        StoredEvent stored = store(NODE.heartbeat(at(1), HealthStatus.DEGRADED)).renewed().get(ID);

        assertThat(stored).isEqualTo(new StoredEvent(ID, Outcome.RECOVERED, null, 3, true, "warning"));
        assertThat(rows.of(ID).path("status").asText()).isEqualTo("active");
        assertThat(rows.of(ID).path("check_status").asText()).isEqualTo("warning");
        assertThat(lastChange()).isEqualTo("recovered:heartbeat");
    }

    @Test
    void anAnswerRenewsTheLeaseAndRecoversASuspect() {
        leases.lapse(Map.of(ID, "lease_ended"), LONG, token);
        leases.probed(List.of(SILENCE), token);

        assertThat(leases.probed(List.of(ANSWER), token)).containsExactly(ID);

        assertThat(rows.of(ID).path("status").asText()).isEqualTo("active");
        assertThat(rows.of(ID).path("check_status").asText()).isEqualTo("passing");
        assertThat(rows.of(ID).path("probe_failures").asInt()).isZero();
        assertThat(rows.time(ID, "lease_expires_at")).isAfter(Instant.now());
        assertThat(lastChange()).isEqualTo("recovered:probe_answered");
    }

    @Test
    void aNodeThatAnswersButNoLongerSendsHeartbeatsIsWatchedByProbes() {
        store(NODE.heartbeat(at(1), HealthStatus.HEALTHY));

        leases.probed(List.of(ANSWER), token);

        assertThat(registrations.find(ID).orElseThrow().sendsHeartbeats()).isFalse();
        store(NODE.heartbeat(at(2), HealthStatus.HEALTHY));
        assertThat(registrations.find(ID).orElseThrow().sendsHeartbeats()).isTrue();
    }

    @Test
    void aNodeThatMustSendHeartbeatsStaysASuspectThoughItAnswers() {
        for (String watch : List.of("heartbeat", "both")) {
            rows.execute("UPDATE tool_registrations SET watch = '" + watch + "', status = 'active'");
            leases.lapse(Map.of(ID, "lease_ended"), LONG, token);

            assertThat(leases.probed(List.of(ANSWER), token)).isEmpty();

            assertThat(rows.of(ID).path("status").asText()).isEqualTo("suspect");
            store(NODE.heartbeat(at(1), HealthStatus.HEALTHY, Instant.now()));
            assertThat(rows.of(ID).path("status").asText()).isEqualTo("active");
            rows.execute("UPDATE tool_registrations SET lease_expires_at = now() - interval '1 minute'");
        }
    }

    @Test
    void failedProbesAreCountedAndThoseThatOurRulesRefuseAreNot() {
        leases.probed(List.of(SILENCE), token);
        leases.probed(List.of(new ProbeOutcome(ID, false, false, "refused_address", "not allowed")), token);
        leases.probed(List.of(SILENCE), token);

        assertThat(rows.of(ID).path("probe_failures").asInt()).isEqualTo(2);
        assertThat(rows.of(ID).path("probe_result").asText()).isEqualTo("timeout");
    }

    @Test
    void anExpiredNodeLeavesAndOnlyANewerIntroductionBringsItBack() {
        store(NODE.heartbeat(at(5), HealthStatus.HEALTHY));
        assertThat(leases.expire(Map.of(ID, "lease_expired"), LONG, token)).containsExactly(ID);
        assertThat(lastChange()).isEqualTo("expired:lease_expired");

        assertThat(store(NODE.heartbeat(at(6), HealthStatus.HEALTHY)).renewed()).isEmpty();
        assertThat(store(NODE.introduced(at(-1))).introduced().get(ID).outcome()).isEqualTo(Outcome.STALE);
        assertThat(rows.of(ID).path("status").asText()).isEqualTo("expired");

        assertThat(store(NODE.introduced(at(7))).introduced().get(ID).outcome()).isEqualTo(Outcome.CREATED);
        assertThat(rows.of(ID).path("status").asText()).isEqualTo("active");
    }

    @Test
    void nothingExpiresUnderATokenThatIsNotTheLeaders() {
        assertThat(leases.lapse(Map.of(ID, "lease_ended"), LONG, token - 1)).isEmpty();
        assertThat(leases.expire(Map.of(ID, "lease_expired"), LONG, token - 1)).isEmpty();
        assertThat(leases.probed(List.of(SILENCE), token - 1)).isEmpty();

        assertThat(rows.of(ID).path("status").asText()).isEqualTo("active");
        assertThat(rows.of(ID).path("probe_failures").asInt()).isZero();
    }

    @Test
    void aSignOfLifeBetweenTheLookAndTheActSavesTheNode() {
        assertThat(leases.fallen(LONG, 10)).hasSize(1);
        leases.probed(List.of(ANSWER), token);

        assertThat(leases.expire(Map.of(ID, "lease_expired"), LONG, token)).isEmpty();
    }

    @Test
    void aNodeIsGivenOutToBeProbedOnce() {
        Map<String, Duration> intervals = intervalsOf(LONG);

        List<ProbedNode> first = claimProbes(intervals, 10);

        assertThat(first).singleElement().satisfies(node -> assertThat(node.nodeId()).isEqualTo(ID));
        assertThat(claimProbes(intervals, 10)).isEmpty();
    }

    /** As when more nodes are due than one sweep can probe, all the time. */
    @Test
    void nodesThatAreAlwaysDueTakeTurns() {
        List.of("b", "c", "d", "e").forEach(id -> store(NodeOnTheWire.named(id).introduced(at(0))));
        Map<String, Duration> always = intervalsOf(Duration.ZERO);

        Map<String, Long> probes = IntStream.range(0, 10)
                .mapToObj(sweep -> claimProbes(always, 2))
                .flatMap(List::stream)
                .collect(Collectors.groupingBy(ProbedNode::nodeId, Collectors.counting()));

        // of two that are due at the same moment either may come first
        assertThat(probes).containsOnlyKeys(ID, "b", "c", "d", "e");
        assertThat(probes.values()).allSatisfy(times -> assertThat(times).isBetween(3L, 5L));
    }

    @Test
    void aCheckThatGoesUpAndDownStaysDownUntilItIsQuiet() {
        int changes = settings.leases().damping().changes();
        for (int i = 0; i < changes; i++) {
            store(NODE.heartbeat(at(10 + 2 * i), HealthStatus.CRITICAL));
            store(NODE.heartbeat(at(11 + 2 * i), HealthStatus.HEALTHY));
            assertThat(rows.of(ID).path("check_status").asText()).isEqualTo("passing");
        }
        long before = rows.of(ID).path("revision").asLong();

        for (int i = 0; i < 5; i++) {
            store(NODE.heartbeat(at(50 + 2 * i), HealthStatus.CRITICAL));
            store(NODE.heartbeat(at(51 + 2 * i), HealthStatus.HEALTHY));
        }

        assertThat(rows.of(ID).path("check_status").asText()).isEqualTo("critical");
        assertThat(rows.of(ID).path("revision").asLong()).isEqualTo(before + 1);
        assertThat(rows.time(ID, "damped_until")).isAfter(Instant.now());
        assertThat(leases.damped()).isEqualTo(1);
        assertThat(leases.quiet(List.of(), 10)).isEmpty();
        assertThat(leases.undamp(List.of(ID), token)).isEmpty();

        rows.execute("UPDATE tool_registrations SET damped_until = now() - interval '1 second'");
        assertThat(leases.quiet(List.of(), 10)).containsExactly(ID);
        assertThat(leases.undamp(List.of(ID), token)).containsExactly(ID);
        assertThat(rows.of(ID).path("check_status").asText()).isEqualTo("passing");
        assertThat(leases.damped()).isZero();
    }

    @Test
    void aNodeThatLeavesAndReturnsTooOftenIsThereButNotPassing() {
        for (int i = 1; i <= settings.leases().damping().changes() + 1; i++) {
            store(NODE.departed(at(10 * i)));
            store(NODE.introduced(at(10 * i + 5)));
        }

        assertThat(rows.of(ID).path("status").asText()).isEqualTo("active");
        assertThat(rows.of(ID).path("check_status").asText()).isEqualTo("critical");
    }

    @Test
    void holdsKeepTheirBeginningAndAreConfirmedByKind() {
        PreservationHold hold = new PreservationHold(
                new Cohort.Key("effect", "eu"), Instant.now(), 10, 8, 8, List.of("a", "b"), null, null);
        preservation.looked(List.of(hold), null, "this", token);
        Instant since = preservation.holds().get(0).since();
        preservation.looked(List.of(hold), null, "this", token);

        assertThat(preservation.confirm("compute", null, "somebody")).isEmpty();
        assertThat(preservation.confirm("effect", "eu", "somebody")).containsExactly(8);
        assertThat(preservation.holds()).singleElement().satisfies(held -> {
            assertThat(held.since()).isEqualTo(since);
            assertThat(held.heldNodes()).containsExactly("a", "b");
            assertThat(held.confirmedBy()).isEqualTo("somebody");
        });

        assertThat(preservation.beginAgain(token - 1)).isFalse();
        assertThat(preservation.holds().get(0).since()).isEqualTo(since);
        assertThat(preservation.beginAgain(token)).isTrue();
        assertThat(preservation.holds().get(0).since()).as("after a jump of the clock").isAfter(since);

        preservation.looked(List.of(), null, "this", token - 1);
        assertThat(preservation.holds()).hasSize(1);
        preservation.looked(List.of(), "Kafka is unavailable", "this", token);
        assertThat(preservation.holds()).hasSize(1);
        assertThat(preservation.lastLook().orElseThrow().blocked()).isEqualTo("Kafka is unavailable");
        preservation.looked(List.of(), null, "this", token);
        assertThat(preservation.holds()).isEmpty();
        assertThat(preservation.lastLook().orElseThrow().blocked()).isNull();
    }

    @Test
    void aConfirmationHoldsUntilItsNodesAreGivenUpOrHeardOf() {
        PreservationHold hold = held();
        assertThat(leases.fallen(LONG, 10)).extracting(LeasedNode::confirmed).containsExactly(false);
        assertThat(preservation.confirm("compute", "us-west-2", "somebody")).hasSize(1);

        assertThat(leases.fallen(LONG, 10)).extracting(LeasedNode::confirmed).containsExactly(true);
        preservation.looked(List.of(), null, "this", token);
        assertThat(preservation.holds()).as("after a sweep that expired nobody")
                .singleElement().satisfies(held -> assertThat(held.confirmedBy()).isEqualTo("somebody"));
        preservation.looked(List.of(hold), null, "this", token);
        assertThat(leases.fallen(LONG, 10)).extracting(LeasedNode::confirmed).containsExactly(true);

        assertThat(leases.expire(Map.of(ID, "confirmed_by_operator"), LONG, token)).containsExactly(ID);
        preservation.looked(List.of(), null, "this", token);
        assertThat(preservation.holds()).isEmpty();
    }

    @Test
    void aConfirmationIsNotAboutANodeThatFallsLater() {
        PreservationHold hold = held();
        assertThat(preservation.confirm("compute", "us-west-2", "somebody")).hasSize(1);
        rows.execute("UPDATE tool_registrations SET lease_expires_at = now() + interval '1 second'");

        preservation.looked(List.of(hold), null, "this", token);

        assertThat(preservation.holds()).singleElement()
                .satisfies(held -> assertThat(held.confirmedBy()).as("the node has been heard of").isNull());
    }

    /** As another program may have written it: no index of PostgreSQL takes so long a text. */
    @Test
    void anEnormousRegionIsACohortByItsBeginningAndHoldsUpNoOther() {
        List.of("b", "c").forEach(id -> store(NodeOnTheWire.named(id).introduced(at(0))));
        rows.execute("UPDATE tool_registrations SET heartbeat_timestamp = event_timestamp, region = r.long || tool_id"
                + " FROM (SELECT string_agg(md5(i::text), '') AS long FROM generate_series(1, 100000) AS i) AS r"
                + " WHERE tool_id <> 'c'");

        List<LeasedNode> fallen = leases.fallen(LONG, 10);
        List<Cohort> cohorts = leases.cohorts(LONG);
        List<PreservationHold> holds = cohorts.stream()
                .map(cohort -> new PreservationHold(cohort.key(), Instant.now(), 3, 3, 3, List.of(ID), null, null))
                .toList();
        preservation.looked(holds, null, "this", token);

        assertThat(fallen).extracting(LeasedNode::nodeId).containsExactlyInAnyOrder(ID, "b", "c");
        assertThat(cohorts).extracting(cohort -> cohort.key().region().length()).containsExactlyInAnyOrder(255, 9);
        assertThat(cohorts).extracting(Cohort::live).containsExactlyInAnyOrder(2, 1);
        assertThat(preservation.holds()).extracting(PreservationHold::cohort)
                .containsExactlyInAnyOrderElementsOf(cohorts.stream().map(Cohort::key).toList());
        preservation.confirm(null, holds.get(0).cohort().region(), "somebody");
        preservation.looked(holds, null, "this", token);
        assertThat(preservation.holds()).as("some are yet to be given up").anyMatch(PreservationHold::confirmed);
        assertThat(leases.expire(Map.of(ID, "lease_expired", "b", "lease_expired", "c", "lease_expired"), LONG, token))
                .containsExactlyInAnyOrder(ID, "b", "c");
        preservation.looked(List.of(), null, "this", token);
        assertThat(preservation.holds()).isEmpty();
    }

    /** As another program may have written them: the node would be damped, never probed and a suspect for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"infinity", "294276-12-31 UTC", "9999-12-31 UTC", "2999-12-31 UTC"})
    void timesThatNoProgramShouldHaveWrittenKeepNothingUp(String time) {
        store(NODE.heartbeat(at(1), HealthStatus.HEALTHY));
        rows.execute("UPDATE tool_registrations SET damped_until = '" + time + "', probe_due_at = '" + time
                + "', suspect_since = '" + time + "', status = 'suspect', check_status = 'passing'");

        assertThat(leases.quiet(List.of(), 10)).containsExactly(ID);
        assertThat(leases.undamp(List.of(ID), token)).containsExactly(ID);
        assertThat(rows.of(ID).path("check_status").asText()).isEqualTo("critical");
        assertThat(claimProbes(settings.probes().intervals(), 10)).hasSize(1);
        assertThat(leases.fallen(LONG, 10)).singleElement()
                .satisfies(node -> assertThat(node.suspectFor()).isGreaterThan(Duration.ofDays(100)));
        rows.execute("UPDATE tool_registrations SET lease_expires_at = '" + time + "', watch = 'probe'");
        leases.probed(List.of(ANSWER), token);
        assertThat(rows.time(ID, "lease_expires_at")).isBefore(Instant.now().plus(Duration.ofDays(1)));
    }

    /** The one node's cohort, which sends heartbeats. */
    private PreservationHold held() {
        store(NODE.heartbeat(at(1), HealthStatus.HEALTHY));
        PreservationHold hold = new PreservationHold(
                new Cohort.Key("compute", "us-west-2"), Instant.now(), 10, 8, 8, List.of(ID), null, null);
        preservation.looked(List.of(hold), null, "this", token);
        return hold;
    }

    private Map<String, Duration> intervalsOf(Duration interval) {
        return settings.probes().intervals().keySet().stream()
                .collect(Collectors.toMap(type -> type, type -> interval));
    }

    private List<ProbedNode> claimProbes(Map<String, Duration> intervals, int limit) {
        return leases.claimProbes(leases.probesDue(LONG, List.of(), limit), LONG, intervals);
    }

    private String lastChange() {
        return rows.text("SELECT change || ':' || COALESCE(reason, '') FROM registration_history"
                + " ORDER BY revision DESC LIMIT 1");
    }
}
