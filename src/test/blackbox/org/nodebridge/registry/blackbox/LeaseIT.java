// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nodes that go silent, leave or come back: whom that takes out of discovery, and when, with leases of seconds. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LeaseIT {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseIT.class);

    /** Long enough for one that lives to be heard in time on a machine that stands still for some seconds. */
    private static final Duration TTL = Duration.ofSeconds(20);
    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final int DAMPED_AFTER = 3;
    private static final int FLAPS = DAMPED_AFTER + 3;

    /** Of a held cohort of ten, with the setting below. */
    private static final int EXPIRIES_OF_A_LOOK = 3;

    private static final String HELD = "registry_preservation_held";
    private static final String LEASE_EXPIRED = "registry_expired_total{reason=\"lease_expired\"}";

    private static final List<LeasedFleet> FLEETS = new ArrayList<>();

    private static Registry registry;
    private static ConsumerGroup group;
    private static LeaseEvidence evidence;
    private static List<JsonNode> remote;
    private static LeasedFleet one;
    private static LeasedFleet most;
    private static LeasedFleet all;
    private static LeasedFleet silent;
    private static LeasedFleet unasked;
    private static LeasedFleet lone;
    private static LeasedFleet probed;
    private static LeasedFleet unwatched;

    @BeforeAll
    static void startRegistryAndFleets() {
        Map<String, String> settings = new HashMap<>(Map.of(
                "REGISTRY_LEASE_TTL", TTL.toString(),
                "REGISTRY_LEASE_INTERVAL", "PT1S",
                "REGISTRY_LEASE_FLUSH_INTERVAL", "PT0.5S",
                "REGISTRY_LEASE_LAG_LIMIT", "PT12S", // less than a lease, so that one ends only where nothing is behind
                // what is a suspect, and what is held, is so for long enough to be seen
                "REGISTRY_LEASE_SUSPECT_TIME", "PT12S",
                "REGISTRY_PROBE_INTERVAL", "PT1S",
                "REGISTRY_PROBE_EFFECT_INTERVAL", "PT12S",
                "REGISTRY_PROBE_TIMEOUT", "PT10S"));
        settings.putAll(Map.of(
                "REGISTRY_PRESERVATION_WINDOW", "PT1M",
                "REGISTRY_PRESERVATION_EXPIRE_PERCENT", "30",
                "REGISTRY_DAMPING_CHANGES", Integer.toString(DAMPED_AFTER),
                "REGISTRY_DAMPING_TIME", "PT20S",
                "REGISTRY_REGIONS", "us"));
        registry = SeparateRegistry.on(Backends.shared(), "lease", settings).replica("liberty");
        registry.liberty().start();
        eventually().until(() -> registry.get("/api/v1/health").json().path("status").asText().equals("healthy"));
        group = new ConsumerGroup(Backends.shared(), "lease", registry::topic);
        evidence = new LeaseEvidence(registry.stores());
        one = fleet(LeasedFleet.of(registry, "effect", "one", 10)).beating(BEAT);
        most = fleet(LeasedFleet.of(registry, "effect", "most", 10)).beating(BEAT);
        all = fleet(LeasedFleet.of(registry, "effect", "all", 10)).beating(BEAT);
        silent = fleet(LeasedFleet.of(registry, "compute", "silent", 10)).beating(BEAT);
        unasked = fleet(LeasedFleet.withoutEndpoints(registry, "compute", "unasked", 10)).beating(BEAT);
        lone = fleet(LeasedFleet.withoutEndpoints(registry, "effect", "lone", 10)).beating(BEAT);
        probed = fleet(LeasedFleet.of(registry, "reducer", "probed", 3));
        unwatched = fleet(LeasedFleet.withoutEndpoints(registry, "reducer", "unwatched", 1));
        FLEETS.forEach(evidence::awaitPassing);
        eventually().untilAsserted(() -> assertThat(registry.stores()
                .query("SELECT 1 FROM tool_registrations WHERE heartbeat_timestamp IS NOT NULL"))
                .hasSize(60));
        publishInAnotherRegion();
    }

    /** Nodes with the ids of those that will expire here, among others that are critical or suspect there. */
    private static void publishInAnotherRegion() {
        OtherRegion us = new OtherRegion(registry, "us");
        us.beacon(false);
        Stream.of(most.first(8), all.ids(), unasked.first(8), lone.first(1)).flatMap(List::stream)
                .forEach(id -> us.tells(id, "{}"));
        us.tells(most.ids().get(9), "{'health': 'critical'}").tells(lone.ids().get(9), "{'status': 'suspect'}")
                .awaitRead();
        eventually().untilAsserted(() -> assertThat(remoteRows()).hasSize(29));
        remote = remoteRows();
    }

    private static List<JsonNode> remoteRows() {
        return registry.stores().query("SELECT * FROM remote_registrations ORDER BY node_id");
    }

    @AfterAll
    static void stopRegistryAndFleets() {
        FLEETS.forEach(LeasedFleet::close);
        registry.liberty().kill();
    }

    @Test
    @Order(1)
    void refusesConfirmationsThatMakeNoSense() {
        Answer anonymous = registry.send(
                registry.request("/api/v1/preservation/confirm").POST(BodyPublishers.noBody()));

        assertThat(anonymous.status()).isEqualTo(401);
        RegistrationsApiIT.isProblem(confirm("{'node_type': 'gateway'}"), 400, "invalid-input");
        assertThat(confirm("{'node_type': 'gateway'}").json().at("/errors/0/field").textValue()).isEqualTo("node_type");
        eventually().untilAsserted(() -> {
            JsonNode preservation = registry.get("/api/v1/preservation").json();
            assertThat(preservation.path("active").booleanValue()).isFalse();
            assertThat(preservation.path("cohorts")).isEmpty();
            assertThat(confirm("{}").status()).as("nothing is held").isEqualTo(409);
        });
    }

    @Test
    @Order(2)
    void oneOfTenThatFreezesIsASuspectIsProbedTwiceAndExpiresAlone() {
        List<String> frozen = one.first(1);
        String id = frozen.get(0);
        // from now on and for many leases; they may be held for a moment, until they are probed
        silent.silence(silent.first(8));
        endTogether(silent, silent.first(8));

        one.freeze(frozen);

        soon().untilAsserted(() -> {
            JsonNode shown = shown(id);
            assertThat(shown.path("status").textValue()).isEqualTo("suspect");
            assertThat(shown.path("status_reason").textValue()).isEqualTo("lease_ended");
            assertThat(shown.path("health").textValue()).isEqualTo("critical");
            assertThat(evidence.checks("effect")).containsEntry(id, "critical");
        });
        evidence.awaitExpired("effect", frozen, "lease_expired");
        assertThat(evidence.life(id)).containsExactly("registered", "suspect lease_ended", "expired lease_expired");
        assertThat(evidence.actors(id)).satisfiesExactly(
                introduced -> assertThat(introduced).matches("kafka:.*node-introspection\\.v1"),
                suspected -> assertThat(suspected).matches("leader:.+"),
                expired -> assertThat(expired).matches("leader:.+"));
        JsonNode row = registry.row(id).orElseThrow();
        int failures = row.path("probe_failures").intValue();
        assertThat(failures).as("one more for each look that was not to decide").isGreaterThanOrEqualTo(2);
        assertThat(row.path("probe_result").textValue()).isEqualTo("timeout");
        assertThat(one.asked(id)).isGreaterThanOrEqualTo(2);
        Answer gone = registry.get("/api/v1/registrations/" + id);
        assertThat(gone.status()).isEqualTo(404);
        JsonNode last = gone.json().path("last_state");
        assertThat(last.path("status").textValue()).isEqualTo("expired");
        assertThat(last.path("reason").textValue()).isEqualTo("lease_expired");
        assertThat(last.path("actor").textValue()).matches("leader:.+");
        assertThat(last.at("/last_probe/result").textValue()).isEqualTo("timeout");
        assertThat(last.at("/last_probe/failures").intValue()).isEqualTo(failures);
        JsonNode explained = registry.get("/api/v1/registrations/" + id + "/explanation").json();
        assertThat(explained.path("cause").textValue()).isEqualTo("expired");
        assertThat(explained.path("summary").textValue())
                .contains("The last probe ended in timeout", failures + " failed in a row");
        evidence.neverInDoubt(one, one.without(frozen));
        // counted after both stores have it, and not to be among what the next test counts
        eventually().untilAsserted(() -> assertThat(Metrics.of(registry).value(LEASE_EXPIRED)).isEqualTo(1));
    }

    @Test
    @Order(3)
    void eightOfTenThatDieAreHeldProbedAndExpiredAFewAtATime() {
        List<String> dead = most.first(8);
        Metrics before = Metrics.of(registry);

        most.kill(dead);
        endTogether(most, dead);

        soon().untilAsserted(() -> {
            JsonNode held = held("effect", "most");
            assertThat(held.path("size").intValue()).isEqualTo(10);
            assertThat(held.path("fallen").intValue()).isEqualTo(8);
            assertThat(held.path("held").intValue()).isBetween(1, 8);
            assertThat(dead).containsAll(texts(held.path("held_nodes")));
            assertThat(Instant.parse(held.path("since").textValue())).isBeforeOrEqualTo(Instant.now());
            assertThat(held.path("reason").textValue()).startsWith("8 of 10 nodes fell due");
            assertThat(held.path("ends_when")).hasSize(4);
        });
        evidence.awaitExpired("effect", dead, "lease_expired");
        eventually().untilAsserted(() -> assertThat(held("effect", "most").isMissingNode()).isTrue());
        assertThat(suspects(most)).as("nobody was a suspect for silence alone").isEmpty();
        assertThat(expiredTogether(dead)).allSatisfy(
                number -> assertThat(number).isLessThanOrEqualTo(EXPIRIES_OF_A_LOOK));
        evidence.neverInDoubt(most, most.without(dead));
        eventually().untilAsserted(() -> {
            assertThat(Metrics.of(registry).since(before, LEASE_EXPIRED)).isEqualTo(8);
            assertThat(Metrics.of(registry).value(HELD)).isZero();
        });
    }

    @Test
    @Order(4)
    void tenOfTenThatDieExpireAllOfThemAndOneThatPostgresRefusesToChangeHoldsUpNoOther() throws Exception {
        List<String> refused = all.first(1);
        registry.stores()
                .execute("ALTER TABLE tool_registrations ADD CONSTRAINT rule_of_somebody_else CHECK (tool_id <> '"
                        + refused.get(0) + "' OR status <> 'expired') NOT VALID");
        all.kill(refused);
        Path log = registry.liberty().directory().resolve("logs").resolve("messages.log");
        eventually()
                .untilAsserted(() -> assertThat(Files.readString(log).lines().filter(line -> line.contains("refuses")))
                        .anyMatch(line -> line.contains("node=" + refused.get(0))));
        assertThat(evidence.statuses(refused)).containsValue("suspect");

        all.kill(all.without(refused));
        endTogether(all, all.without(refused));

        evidence.awaitExpired("effect", all.without(refused), "lease_expired");
        registry.stores().execute("ALTER TABLE tool_registrations DROP CONSTRAINT rule_of_somebody_else");

        evidence.awaitExpired("effect", all.ids(), "lease_expired");
        assertThat(suspects(all)).isEqualTo(refused);
        assertThat(expiredTogether(all.ids())).allSatisfy(
                number -> assertThat(number).isLessThanOrEqualTo(EXPIRIES_OF_A_LOOK));
    }

    @Test
    @Order(5)
    void nodesThatCannotBeAskedAreHeldUntilAnOperatorConfirms() {
        List<String> gone = unasked.first(8);
        unasked.silence(gone);
        endTogether(unasked, gone);
        eventually().untilAsserted(() -> {
            assertThat(texts(held("compute", "unasked").path("held_nodes"))).containsExactlyInAnyOrderElementsOf(gone);
            assertThat(Metrics.of(registry).value(HELD)).isEqualTo(8);
        });
        assertThat(evidence.statuses(gone)).allSatisfy((id, status) -> assertThat(status).isEqualTo("active"));
        assertThat(evidence.passing("compute")).containsAll(gone);
        Verdict.await(registry, "fair", "held");
        assertThat(confirm("{'region': 'elsewhere'}").status()).as("nothing is held there").isEqualTo(409);

        Answer answer = confirm("{'node_type': 'compute', 'region': 'unasked'}");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json()).isEqualTo(Json.object("{'cohorts': 1, 'nodes': 8}"));
        evidence.awaitExpired("compute", gone, "confirmed_by_operator");
        evidence.neverInDoubt(unasked, unasked.without(gone));
        eventually().untilAsserted(() -> {
            assertThat(registry.get("/api/v1/preservation").json().path("active").booleanValue()).isFalse();
            assertThat(Metrics.of(registry).value(HELD)).isZero();
        });
    }

    @Test
    @Order(6)
    void suspectsAreFoundByTheirHealthAndOnlyANewerIntroductionBringsAnExpiredNodeBack() {
        Instant old = Instant.now().minusSeconds(600);
        List<String> gone = lone.first(1);
        String id = gone.get(0);

        lone.silence(gone);

        soon().untilAsserted(() -> assertThat(list("health=critical&status=suspect")).containsExactly(id));
        assertThat(list("health=passing&status=active")).doesNotContain(id).containsAll(lone.without(gone));
        // Consul follows its row
        soon().untilAsserted(() -> assertThat(evidence.passing("effect")).doesNotContain(id)
                .containsAll(lone.without(gone)));
        evidence.awaitExpired("effect", gone, "lease_expired");

        lone.introduce(id, old);
        String later = lone.ids().get(1);
        lone.introduce(later, Instant.now());
        eventually().until(() -> evidence.life(later).size() == 1
                && registry.row(later).orElseThrow().path("event_timestamp").textValue()
                        .compareTo(old.plusSeconds(590).toString()) > 0);
        assertThat(evidence.statuses(gone)).as("after an older introduction").containsEntry(id, "expired");
        lone.introduce(id, Instant.now());
        eventually().untilAsserted(() -> assertThat(evidence.passing("effect")).contains(id));
        assertThat(evidence.statuses(gone)).containsEntry(id, "active");
    }

    @Test
    @Order(7)
    void namesAFilterThatDoesNotExist() {
        for (String name : List.of("health", "status")) {
            Answer answer = registry.get("/api/v1/registrations?" + name + "=fine");

            RegistrationsApiIT.isProblem(answer, 400, "invalid-input");
            assertThat(answer.json().at("/errors/0/field").textValue()).isEqualTo(name);
        }
    }

    @Test
    @Order(8)
    void aNodeThatGoesUpAndDownDoesNotDoSoInDiscovery() {
        LeasedFleet flapping = fleet(LeasedFleet.of(registry, "orchestrator", "flapping", 2));
        evidence.awaitPassing(flapping);
        String returning = flapping.ids().get(0);
        String wavering = flapping.ids().get(1);
        flapping.beat(wavering, "healthy");

        for (int i = 0; i < FLAPS; i++) {
            flapping.leave(List.of(returning));
            flapping.beat(wavering, "critical");
            eventually().until(() -> status(returning).equals("departed") && said(wavering).equals("critical"));
            flapping.introduce(returning, Instant.now());
            flapping.beat(wavering, "healthy");
            eventually().until(() -> status(returning).equals("active") && said(wavering).equals("healthy"));
        }

        eventually().untilAsserted(() -> assertThat(evidence.checks("orchestrator"))
                .containsEntry(returning, "critical")
                .containsEntry(wavering, "critical"));
        soon().untilAsserted(() -> assertThat(flapping.ids()).allSatisfy(id -> {
            JsonNode shown = shown(id);
            assertThat(shown.path("health").textValue()).isEqualTo("critical");
            assertThat(shown.path("status").textValue()).isEqualTo("active");
            assertThat(shown.has("damped_until")).as(shown.toString()).isTrue();
            // it is there until the look after its end
            assertThat(Instant.parse(shown.path("damped_until").textValue())).isAfter(Instant.now().minusSeconds(30));
            assertThat(becamePassing(id)).as("how often %s became better", id).isEqualTo(1 + DAMPED_AFTER);
        }));
        soon().untilAsserted(() -> assertThat(Metrics.of(registry).value("registry_damped")).isEqualTo(2));
        evidence.awaitPassing(flapping);
        eventually().untilAsserted(() -> assertThat(flapping.ids())
                .allSatisfy(id -> assertThat(shown(id).has("damped_until")).isFalse()));
        eventually().untilAsserted(() -> assertThat(Metrics.of(registry).value("registry_damped")).isZero());

        // what gets worse is never damped; of each type so many may be unwell
        flapping.beat(wavering, "critical");
        Verdict.await(registry, "fair", "nodes_unwell");
        // the verdict follows the nodes, and may be of those that were damped at first
        soon().untilAsserted(() -> assertThat(Verdict.of(registry).messages())
                .contains("orchestrator: 1 of 2 nodes critical."));
        eventually().untilAsserted(
                () -> assertThat(Explained.of(registry, wavering).causes()).startsWith("critical"));
    }

    @Test
    @Order(9)
    void aNodeThatWillBeBackIsNotFoundAndIsAwaitedAndOneThatDepartsIsGoneAtOnce() {
        LeasedFleet draining = fleet(LeasedFleet.ofCore(registry, "orchestrator", "draining", 3)).beating(BEAT);
        evidence.awaitPassing(draining);
        String back = draining.ids().get(0);
        String lost = draining.ids().get(1);
        String leaving = draining.ids().get(2);

        draining.drain(back, Duration.ofMinutes(10));
        draining.drain(lost, Duration.ofSeconds(1));
        eventually().untilAsserted(() -> {
            assertThat(evidence.checks("orchestrator")).doesNotContainKeys(back, lost);
            assertThat(status(back)).isEqualTo("draining");
        });
        assertThat(Explained.of(registry, back).causes()).startsWith("draining");
        Instant leaseEnd = Instant.parse(shown(back).path("lease_expires_at").textValue());
        assertThat(leaseEnd).isAfter(Instant.now().plus(Duration.ofMinutes(5)));

        long start = System.nanoTime();
        draining.leave(List.of(leaving));
        eventually().pollInterval(Duration.ofMillis(10)).until(() -> status(leaving).equals("departed"));
        Duration inPostgres = Duration.ofNanos(System.nanoTime() - start);
        eventually().pollInterval(Duration.ofMillis(10))
                .until(() -> !evidence.checks("orchestrator").containsKey(leaving));
        LOG.atInfo().addKeyValue("postgres", inPostgres)
                .addKeyValue("both", Duration.ofNanos(System.nanoTime() - start)).log("A departure took");

        evidence.awaitExpired("orchestrator", List.of(lost), "restart_never_came");
        assertThat(status(back)).isEqualTo("draining");
        draining.introduce(back, Instant.now());
        eventually().untilAsserted(() -> assertThat(evidence.passing("orchestrator")).contains(back));
        assertThat(status(back)).isEqualTo("active");
    }

    @Test
    @Order(10)
    void silentNodesThatAnswerStayAndSoDoesOneThatNobodyCanWatch() {
        // many leases have passed since they were last heard of
        evidence.neverInDoubt(silent, silent.ids());
        evidence.neverInDoubt(probed, probed.ids());
        evidence.neverInDoubt(unwatched, unwatched.ids());
        eventually().untilAsserted(() -> assertThat(silent.first(8)).allSatisfy(id -> {
            assertThat(silent.asked(id)).isGreaterThanOrEqualTo(2);
            assertThat(shown(id).at("/lease/probe/result").textValue()).isEqualTo("answered");
        }));
        eventually().untilAsserted(() -> assertThat(probed.ids()).allSatisfy(id -> {
            assertThat(probed.asked(id)).isGreaterThanOrEqualTo(2);
            assertThat(shown(id).at("/lease/watched_by").textValue()).isEqualTo("probe");
        }));
        JsonNode lease = shown(unwatched.ids().get(0)).path("lease");
        assertThat(lease.path("watched_by").textValue()).isEqualTo("nothing");
        assertThat(Instant.parse(lease.path("expires_at").textValue())).isBefore(Instant.now().minus(TTL));
    }

    /** Its lease ends, and its probes get no answer until it expires; nobody else can do what it can. */
    @Test
    @Order(11)
    void aSuspectIsGivenToCallersWhereThereIsNobodyElseAndSaidToBeTheLastResort() {
        String id = Registry.uniqueId("last-resort");
        String route = "/api/v1/route?capability=" + id + "&strategy=";
        ObjectNode node = new PlainNode(id).payload().put("node_type", "orchestrator");
        node.withObject("/capabilities").putObject(id);
        AtomicReference<JsonNode> last = new AtomicReference<>();
        try (HealthEndpoints endpoints = new HealthEndpoints()) {
            // one that keeps the registry waiting is a suspect for as long as a probe may take
            endpoints.set(id, HealthEndpoints.State.FROZEN);
            node.withObject("/endpoints").put("api", "http://127.0.0.1:9/").put("health", endpoints.url(id));
            assertThat(registry.post("/api/v1/registrations", node).status()).isIn(201, 202);
            eventually()
                    .until(() -> registry.get(route + "p2c").json().at("/candidates/0/node_id").asText().equals(id));

            soon().until(() -> {
                last.set(registry.get(route + "least").json());
                return last.get().at("/left_out/suspect").intValue() == 1;
            });
        }

        assertThat(last.get().path("candidates")).singleElement().satisfies(candidate -> {
            assertThat(candidate.path("node_id").textValue()).isEqualTo(id);
            assertThat(texts(candidate.path("reasons"))).containsExactly("last_resort");
            assertThat(candidate.has("score")).isFalse();
        });
        eventually().untilAsserted(() -> assertThat(registry.get("/metrics").body())
                .containsPattern("registry_route_requests_total\\{[^}]*result=\"last_resort\"[^}]*} [1-9]"));
        registry.delete("/api/v1/registrations/" + id);
        eventually().untilAsserted(() -> {
            JsonNode none = registry.get(route + "p2c").json();
            assertThat(none.path("candidates")).isEmpty();
            assertThat(none.path("left_out")).allMatch(count -> count.intValue() == 0);
        });
    }

    /** It has been silent for longer than any lease, and nodes of its nodes' ids have expired here. */
    @Test
    @Order(12)
    void noNodeOfAnotherRegionExpiresHere() {
        assertThat(Metrics.of(registry).value(LEASE_EXPIRED)).isGreaterThan(18);
        eventually().until(() -> registry.get("/api/v1/regions").json().at("/regions/0/state").textValue()
                .equals("unreachable"));

        assertThat(remoteRows()).isEqualTo(remote);
        assertThat(list("scope=all&node_id=" + all.ids().get(0))).as("expired here, and not there")
                .containsExactly(all.ids().get(0));
        String listed = "/api/v1/regions/us/registrations";
        assertThat(registry.get(listed).json().path("registrations")).hasSize(remote.size())
                .allSatisfy(node -> assertThat(node.path("state").textValue()).isEqualTo("unreachable"));
    }

    @Test
    @Order(13)
    void noNodeTookAStepThatTheStateMachineDoesNotHave() {
        evidence.everyStepIsAllowed();
    }

    @Test
    @Order(14)
    void theRegistrysOwnStopTakesNobodyOutOfDiscovery() {
        List<String> alive = new ArrayList<>(silent.ids());
        alive.addAll(probed.ids());
        alive.addAll(unwatched.ids());
        assertThat(evidence.passing("compute")).containsAll(silent.ids());

        registry.liberty().stop();

        assertThat(evidence.passing("compute")).containsAll(silent.ids());
        assertThat(evidence.passing("reducer")).containsAll(probed.ids()).containsAll(unwatched.ids());
        assertThat(evidence.statuses(alive)).hasSize(alive.size())
                .allSatisfy((id, status) -> assertThat(status).isEqualTo("active"));
    }

    private static LeasedFleet fleet(LeasedFleet fleet) {
        FLEETS.add(fleet);
        return fleet.introduced();
    }

    /**
     * Has the leases of nodes that are silent end soon, and in one moment: the heartbeats of one round may have been
     * received apart, and the first of many that fall due is a suspect before there are too many.
     */
    private static void endTogether(LeasedFleet fleet, Collection<String> ids) {
        RecordMetadata last = fleet.lastHeartbeat();
        TopicPartition partition = new TopicPartition(last.topic(), last.partition());
        eventually().until(() -> group.committed().get(partition) > last.offset());
        registry.stores().execute("UPDATE tool_registrations SET lease_expires_at = now() + interval '3 seconds'"
                + " WHERE tool_id IN ('" + String.join("', '", ids) + "')");
    }

    /** For what lasts no longer than a few looks. */
    private static ConditionFactory soon() {
        return eventually().pollInterval(Duration.ofMillis(50));
    }

    private static JsonNode shown(String id) {
        return registry.get("/api/v1/registrations/" + id).json();
    }

    private static List<String> list(String query) {
        JsonNode page = registry.get("/api/v1/registrations?limit=500&" + query).json();
        return StreamSupport.stream(page.path("registrations").spliterator(), false)
                .map(registration -> registration.path("node_id").textValue())
                .toList();
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue).toList();
    }

    private static JsonNode held(String type, String region) {
        for (JsonNode cohort : registry.get("/api/v1/preservation").json().path("cohorts")) {
            if (cohort.path("node_type").asText().equals(type) && cohort.path("region").asText().equals(region)) {
                return cohort;
            }
        }
        return Json.MAPPER.missingNode();
    }

    private static Answer confirm(String body) {
        return registry.post("/api/v1/preservation/confirm", Json.object(body));
    }

    private static List<String> suspects(LeasedFleet fleet) {
        return fleet.ids().stream()
                .filter(id -> evidence.life(id).stream().anyMatch(entry -> entry.startsWith("suspect")))
                .toList();
    }

    /** How many expired in each look in which any of them did. */
    private static List<Integer> expiredTogether(Collection<String> ids) {
        return registry.stores().query("SELECT count(*) FROM registration_history WHERE change = 'expired'"
                + " AND tool_id IN ('" + String.join("', '", ids) + "') GROUP BY changed_at").stream()
                .map(row -> row.path("count").intValue())
                .toList();
    }

    private static String status(String id) {
        return registry.row(id).orElseThrow().path("status").textValue();
    }

    /** What the node last said of its health; empty before it has. */
    private static String said(String id) {
        return registry.row(id).orElseThrow().path("health_status").asText();
    }

    private static int becamePassing(String id) {
        List<JsonNode> rows = registry.stores().query("SELECT status, check_status FROM registration_history"
                + " WHERE tool_id = '" + id + "' ORDER BY revision");
        List<Boolean> passing = rows.stream()
                .map(row -> row.path("status").asText().equals("active")
                        && row.path("check_status").asText().equals("passing"))
                .toList();
        return (int) IntStream.range(0, passing.size())
                .filter(i -> passing.get(i) && (i == 0 || !passing.get(i - 1)))
                .count();
    }
}
