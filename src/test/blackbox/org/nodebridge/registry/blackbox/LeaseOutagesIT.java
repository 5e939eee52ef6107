// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.nodebridge.registry.servers.Server;
import org.nodebridge.registry.servers.ServerGroup;

/**
 * Ten nodes that live and send heartbeats throughout, half of them with a health endpoint, while what the registry
 * needs to hear them, or the registry itself, is down: the nodes are not dead.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeaseOutagesIT {

    /** Long enough for one that lives to be heard in time on a machine that stands still for some seconds. */
    private static final Duration TTL = Duration.ofSeconds(16);
    /** After a start, when the nodes have yet to begin again. */
    private static final Duration LONG_TTL = Duration.ofSeconds(40);
    private static final Duration HEARTBEATS = Duration.ofSeconds(1);
    private static final Duration START = Duration.ofMinutes(5);

    private static ServerGroup servers;
    private static List<Registry> replicas;
    private static LeaseEvidence evidence;

    private LeasedFleet probed;
    private LeasedFleet unprobed;
    private Held held;

    @BeforeAll
    static void startServers() {
        servers = Backends.start("leases");
        replicas = List.of(replica("one", TTL), replica("two", TTL));
        evidence = new LeaseEvidence(replicas.get(0).stores());
        startReplicas();
    }

    private static Registry replica(String name, Duration ttl) {
        return Registry.on(servers, Backends.emptyDirectory("leases/" + name), Map.ofEntries(
                Map.entry("REGISTRY_LEASE_TTL", ttl.toString()),
                Map.entry("REGISTRY_LEASE_INTERVAL", "PT1S"),
                Map.entry("REGISTRY_LEASE_FLUSH_INTERVAL", "PT0.5S"),
                Map.entry("REGISTRY_LEASE_LAG_LIMIT", "PT12S"),
                // the time in which a leader that has made suspects can be killed before it has given them up
                Map.entry("REGISTRY_LEASE_SUSPECT_TIME", "PT8S"),
                Map.entry("REGISTRY_PROBE_INTERVAL", "PT1S"),
                Map.entry("REGISTRY_PROBE_TIMEOUT", "PT8S"),
                // self-preservation would spare the nodes too, and hide whether they are spared for the outage
                Map.entry("REGISTRY_PRESERVATION_PERCENT", "100"),
                Map.entry("REGISTRY_CLUSTER_LEASE_TTL", "PT15S"),
                Map.entry("REGISTRY_RETRY_LAST_DELAY", "PT2S")));
    }

    @AfterAll
    static void stopServers() {
        evidence.everyStepIsAllowed();
        replicas.forEach(replica -> replica.liberty().kill());
        servers.kill();
    }

    @BeforeEach
    void tenNodesLive() {
        awaitExpiry();
        Registry registry = replicas.get(0);
        probed = LeasedFleet.of(registry, "effect", Registry.uniqueId("probed"), 5);
        unprobed = LeasedFleet.withoutEndpoints(registry, "compute", Registry.uniqueId("unprobed"), 5);
        fleets().forEach(fleet -> fleet.introduced().beating(HEARTBEATS));
        fleets().forEach(evidence::awaitPassing);
        held = Held.before(oneThatRuns());
    }

    @AfterEach
    void theyLeave() {
        fleets().forEach(fleet -> {
            fleet.leave(fleet.ids());
            fleet.close();
        });
        living().forEach(held::isLetGoBy);
    }

    private static Stream<Registry> living() {
        return replicas.stream().filter(replica -> replica.liberty().isAlive());
    }

    @Test
    void noneExpiresForAnOutageOfKafkaHoweverLong() {
        Server kafka = servers.kafka().orElseThrow();
        kafka.stop();
        List<String> dead = oneOfEachDies();

        eventually().untilAsserted(() -> assertThat(blocked()).contains("kafka is not healthy"));
        elapse(TTL.multipliedBy(13).dividedBy(4));
        eventually().untilAsserted(() -> assertThat(blocked()).contains("kafka is not healthy"));
        fleets().forEach(fleet -> evidence.neverInDoubt(fleet, fleet.ids()));

        kafka.start();

        expireExactly(dead);
    }

    @Test
    void noneExpiresForAnOutageOfPostgresInWhichLeasesEnd() {
        Server postgres = servers.postgres().orElseThrow();
        postgres.stop();
        List<String> dead = oneOfEachDies();

        elapse(TTL.multipliedBy(5).dividedBy(4));
        assertThat(replicas.get(0).get("/api/v1/preservation").status()).isEqualTo(503);
        fleets().forEach(fleet -> assertThat(evidence.passing(fleet.type())).containsAll(fleet.ids()));

        postgres.start();

        expireExactly(dead);
    }

    @Test
    @Tag("chaos")
    void noneExpiresForAnOutageOfConsulInWhichLeasesEnd() {
        Server consul = servers.consul().orElseThrow();
        consul.stop();
        List<String> dead = oneOfEachDies();

        eventually().untilAsserted(() -> assertThat(blocked()).contains("consul is not healthy"));
        elapse(TTL.multipliedBy(5).dividedBy(4));
        assertThat(evidence.statuses(dead)).hasSize(2)
                .allSatisfy((id, status) -> assertThat(status).isEqualTo("active"));

        consul.start();

        expireExactly(dead);
    }

    /** The last, since none of the replicas is left. */
    @Test
    @Order(Integer.MAX_VALUE)
    void everyLeaseHasItsWholeTimeOnceMoreAfterAStart() {
        Registry begun = replica("begun", LONG_TTL);
        // none ends before the replicas do
        setLeases("now() + interval '1 hour'");
        fleets().forEach(fleet -> fleet.silence(fleet.ids()));
        List<String> dead = oneOfEachDies();
        eventually().until(() -> new ConsumerGroup(servers).lag() == 0);
        replicas.forEach(replica -> replica.liberty().kill());
        assertThat(evidence.having("suspect", "lease_ended", all())).as("before the start").isEmpty();
        setLeases("now() - interval '1 hour'");

        Instant started = Instant.now();
        begun.liberty().start();
        try {
            // at once: how much of the whole time is left once the registry is up depends on the machine
            fleets().forEach(fleet -> fleet.wake(fleet.without(dead)));

            expireExactly(dead);
            held.isLetGoBy(begun);
        } finally {
            begun.liberty().kill();
        }
        assertThat(changedAt(dead))
                .allSatisfy(time -> assertThat(time).as("became suspect").isAfter(started.plus(LONG_TTL)));
    }

    /** The last but one, since the killed one stays away. */
    @Test
    @Order(Integer.MAX_VALUE - 1)
    void whatAKilledLeaderHasBegunTheNextOneFinishesOnce() {
        List<String> dead = twoOfEachFreeze();
        eventually().pollInterval(Duration.ofMillis(20)).until(() -> !suspects(dead).isEmpty());
        Registry leader = leader();

        leader.liberty().kill();

        assertThat(evidence.statuses(dead)).as("in the middle").containsValue("suspect");
        eventually().until(() -> !leader().equals(leader));
        expireExactly(dead);
    }

    @Test
    @Tag("chaos")
    void aLeaderThatWakesUpAfterAnotherHasTakenOverExpiresNobodyAgain() {
        List<String> dead = twoOfEachFreeze();
        eventually().pollInterval(Duration.ofMillis(20)).until(() -> !suspects(dead).isEmpty());
        Registry leader = leader();
        Registry other = otherThan(leader);

        leader.liberty().suspend();
        try {
            assertThat(evidence.statuses(dead)).as("in the middle").containsValue("suspect");
            eventually().until(() -> leads(other));
            expire(dead);
        } finally {
            leader.liberty().resume();
        }

        eventually().untilAsserted(() -> assertThat(leader.liberty().log()).contains("This replica no longer leads"));
        awaitExpiry();
        expireExactly(dead);
    }

    @Test
    @Tag("chaos")
    void replicasThatStoodStillDoNotActOnLeasesTheySleptThrough() {
        replicas.forEach(replica -> replica.liberty().suspend());
        List<String> dead = oneOfEachDies();
        try {
            elapse(TTL.multipliedBy(5).dividedBy(4));
        } finally {
            replicas.forEach(replica -> replica.liberty().resume());
        }

        expireExactly(dead);
    }

    private List<LeasedFleet> fleets() {
        return List.of(probed, unprobed);
    }

    private List<String> all() {
        List<String> all = new ArrayList<>(probed.ids());
        all.addAll(unprobed.ids());
        return all;
    }

    private List<String> oneOfEachDies() {
        fleets().forEach(fleet -> fleet.kill(fleet.first(1)));
        return List.of(probed.first(1).get(0), unprobed.first(1).get(0));
    }

    /** They keep a caller waiting, so that a while passes between the first probe and the last. */
    private List<String> twoOfEachFreeze() {
        List<String> dead = new ArrayList<>();
        fleets().forEach(fleet -> {
            fleet.freeze(fleet.first(2));
            dead.addAll(fleet.first(2));
        });
        return dead;
    }

    private void expire(List<String> dead) {
        fleets().forEach(fleet -> evidence.awaitExpired(fleet.type(), of(fleet, dead), "lease_expired"));
    }

    /** They expire, once, and nobody was in doubt of the others: by then the others' leases count again, too. */
    private void expireExactly(List<String> dead) {
        expire(dead);
        fleets().forEach(fleet -> evidence.neverInDoubt(fleet, fleet.without(dead)));
        assertThat(evidence.having("expired", "lease_expired", all())).containsExactlyInAnyOrderElementsOf(dead);
    }

    private static List<String> of(LeasedFleet fleet, List<String> some) {
        return fleet.ids().stream().filter(some::contains).toList();
    }

    private static List<String> suspects(List<String> ids) {
        return evidence.statuses(ids).entrySet().stream()
                .filter(node -> node.getValue().equals("suspect"))
                .map(Map.Entry::getKey)
                .toList();
    }

    private List<Instant> changedAt(List<String> ids) {
        return ids.stream()
                .flatMap(id -> evidence
                        .stores()
                        .query("SELECT changed_at FROM registration_history WHERE tool_id = '" + id
                                + "' AND change IN ('suspect', 'expired')")
                        .stream())
                .map(row -> NodeFacts.instant(row.path("changed_at").textValue()))
                .toList();
    }

    /** @param end that of the leases of all that are active, in SQL */
    private void setLeases(String end) {
        try (Connection connection = servers.postgres().orElseThrow().connect();
                Statement statement = connection.createStatement()) {
            int nodes = statement.executeUpdate("UPDATE tool_registrations SET lease_expires_at = " + end
                    + ", last_heartbeat = CASE WHEN last_heartbeat > " + end + " THEN " + end
                    + " ELSE last_heartbeat END WHERE status = 'active'");
            assertThat(nodes).as("nodes whose leases are other ones").isGreaterThanOrEqualTo(all().size());
        } catch (SQLException e) {
            throw new IllegalStateException("leases cannot be changed", e);
        }
    }

    private static void elapse(Duration time) {
        Instant end = Instant.now().plus(time);
        eventually().until(() -> Instant.now().isAfter(end));
    }

    private static void startReplicas() {
        replicas.forEach(replica -> replica.liberty().launchOnly());
        replicas.forEach(replica -> replica.liberty().awaitOk("/health/started", START));
    }

    /** Waits until leases end again: a leader has looked since, and found no trouble. */
    private static void awaitExpiry() {
        Instant asked = Instant.now();
        eventually().untilAsserted(() -> {
            JsonNode preservation = oneThatRuns().get("/api/v1/preservation").json();
            assertThat(preservation.path("blocked").isMissingNode()).as("not blocked: %s", preservation).isTrue();
            assertThat(preservation.path("looked_at").asText()).as("a leader has looked").isNotEmpty();
            assertThat(Instant.parse(preservation.path("looked_at").asText())).isAfter(asked);
        });
    }

    private static Registry oneThatRuns() {
        return living().findFirst().orElseThrow();
    }

    private static String blocked() {
        return oneThatRuns().get("/api/v1/preservation").json().at("/blocked/reason").asText();
    }

    private static Registry leader() {
        return eventually().until(LeaseOutagesIT::namedLeader, Optional::isPresent).orElseThrow();
    }

    /** PostgreSQL has it a moment before its log has. */
    private static Optional<Registry> namedLeader() {
        String holder = evidence.stores()
                .query("SELECT holder FROM cluster_leases WHERE name = 'leader'")
                .get(0)
                .path("holder")
                .textValue();
        return replicas.stream()
                .filter(replica -> replica.liberty().log().contains("replica=" + holder))
                .findFirst();
    }

    private static boolean leads(Registry replica) {
        return leader().equals(replica);
    }

    private static Registry otherThan(Registry replica) {
        return replicas.get(1 - replicas.indexOf(replica));
    }
}
