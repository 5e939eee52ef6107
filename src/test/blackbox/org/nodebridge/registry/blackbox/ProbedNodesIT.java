// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.servers.SharedAdmin;

/** Nodes that are watched by probes alone, by heartbeats alone and by both, and endpoints that mean ill. */
class ProbedNodesIT {

    private static final String PATH = "/ready?deep=1";
    private static final int TEN_MEGABYTES = 10 << 20;

    private static final int MUTE = 2_000;

    /** For what takes some rounds of probes that nobody answers. */
    private static final Duration LONG = Duration.ofMinutes(5);

    private static Registry registry;
    private static LeaseEvidence evidence;
    private static Metrics atFirst;

    private final List<HealthEndpoint> endpoints = new ArrayList<>();

    @BeforeAll
    static void startRegistry() {
        SeparateRegistry separate = SeparateRegistry.on(Backends.shared(), "probed", Map.ofEntries(
                Map.entry("REGISTRY_KAFKA_GROUP_PROTOCOL", "consumer"),
                Map.entry("REGISTRY_LEASE_REDUCER_WATCH", "probe"),
                Map.entry("REGISTRY_LEASE_COMPUTE_WATCH", "both"),
                Map.entry("REGISTRY_LEASE_ORCHESTRATOR_WATCH", "heartbeat"),
                Map.entry("REGISTRY_PROBE_REDUCER_PATH", PATH),
                Map.entry("REGISTRY_LEASE_SHORTEST_TTL", "PT1S"),
                Map.entry("REGISTRY_LEASE_INTERVAL", "PT1S"),
                Map.entry("REGISTRY_LEASE_FLUSH_INTERVAL", "PT0.5S"),
                Map.entry("REGISTRY_PROBE_INTERVAL", "PT1S"),
                // no endpoint that answers takes longer twice in a row, however busy the machine
                Map.entry("REGISTRY_PROBE_TIMEOUT", "PT5S"),
                Map.entry("REGISTRY_PROBE_ALLOWED_ADDRESSES", "127.0.0.1/32,127.0.0.3/32"),
                Map.entry("REGISTRY_DAMPING_CHANGES", "0")));
        registry = separate.replica("liberty");
        registry.liberty().start();
        evidence = new LeaseEvidence(registry.stores());
        awaitLeases();
        atFirst = Metrics.of(registry);
    }

    @AfterAll
    static void stopRegistry() {
        registry.liberty().kill();
        evidence.everyStepIsAllowed();
    }

    @AfterEach
    void isHealthyStill() {
        endpoints.forEach(HealthEndpoint::close);
        // a server may be slow for a moment
        eventually().untilAsserted(() -> {
            assertThat(registry.get("/api/v1/health").json().path("status").textValue()).isEqualTo("healthy");
            assertThat(registry.get("/health/ready").status()).isEqualTo(200);
        });
    }

    @Test
    void isInAConsumerGroupOfTheNewProtocolAndHasAllPartitions() {
        eventually().ignoreExceptions().untilAsserted(() -> {
            ConsumerGroupDescription group = SharedAdmin.of(Backends.shared().bootstrapServers())
                    .describeConsumerGroups(List.of("probed"))
                    .all()
                    .get()
                    .get("probed");
            assertThat(group.type()).isEqualTo(GroupType.CONSUMER);
            assertThat(group.members()).hasSize(1);
            assertThat(Health.checks(registry).get("kafka").at("/data/assigned_partitions").asInt(-1)).isEqualTo(12);
            assertThat(Health.checks(registry).get("kafka").at("/data/lag").asInt(-1)).isZero();
        });
    }

    @Test
    void aNodeWatchedByProbesIsASuspectWhenTwoFailHoweverManyHeartbeatsItSendsAndActiveWhenOneAnswers() {
        HealthEndpoint endpoint = endpoint();
        String node = introduced("reducer", endpoint.url("/health"), 3_600);
        eventually().untilAsserted(() -> assertThat(probe(node).path("result").asText()).isEqualTo("answered"));
        eventually().untilAsserted(() -> assertThat(evidence.passing("reducer")).contains(node));
        assertThat(shown(node).at("/lease/watched_by").textValue()).isEqualTo("probe");
        assertThat(shown(node).path("last_seen_by").textValue()).isEqualTo("probe");
        assertThat(time(shown(node), "last_seen_at")).isAfterOrEqualTo(
                time(registry.row(node).orElseThrow(), "registered_at"));
        assertThat(shown(node).has("last_heartbeat")).as("none has come").isFalse();

        endpoint.answers(503);

        eventually().untilAsserted(() -> {
            beat(node, "reducer");
            assertThat(shown(node).path("status").textValue()).isEqualTo("suspect");
        });
        JsonNode suspect = shown(node);
        assertThat(suspect.path("status_reason").textValue()).isEqualTo("probe_failed");
        assertThat(suspect.path("health").textValue()).isEqualTo("critical");
        assertThat(suspect.at("/lease/probe/failures").intValue()).isGreaterThanOrEqualTo(2);
        // of the last probe, which a busy machine may hold up
        eventually().untilAsserted(() -> {
            JsonNode probe = probe(node);
            assertThat(probe.path("result").textValue()).isEqualTo("status");
            assertThat(probe.path("detail").textValue()).contains("503");
        });
        eventually().untilAsserted(() -> assertThat(evidence.passing("reducer")).doesNotContain(node));
        beatThrice(node, "reducer");
        assertThat(shown(node).path("status").textValue()).as("after heartbeats").isEqualTo("suspect");

        endpoint.answers(200);

        eventually().untilAsserted(() -> assertThat(evidence.passing("reducer")).contains(node));
        assertThat(evidence.life(node))
                .containsExactly("registered", "suspect probe_failed", "recovered probe_answered");
    }

    @Test
    void aNodeWatchedByProbesExpiresOnlyWhenItsLeaseHasEndedToo() {
        HealthEndpoint endpoint = endpoint();
        String node = introduced("reducer", endpoint.url("/health"), 10);

        endpoint.answers(500);

        eventually().untilAsserted(() -> {
            beat(node, "reducer");
            assertThat(status(node)).isEqualTo("expired");
        });
        assertThat(evidence.life(node)).containsExactly("registered", "suspect probe_failed", "expired lease_expired");
        JsonNode row = registry.row(node).orElseThrow();
        assertThat(time(row, "updated_at")).as("end of the lease").isAfter(time(row, "lease_expires_at"));
        eventually().untilAsserted(() -> assertThat(evidence.checks("reducer")).doesNotContainKey(node));
    }

    @Test
    void heartbeatsAloneDoNotBringANodeBackThatIsToAnswerProbesToo() {
        HealthEndpoint endpoint = endpoint();
        String node = introduced("compute", endpoint.url("/health"), 3_600);
        beat(node, "compute");
        assertThat(shown(node).at("/lease/watched_by").textValue()).isEqualTo("both");

        endpoint.answers(503);

        eventually().untilAsserted(() -> {
            beat(node, "compute");
            assertThat(status(node)).isEqualTo("suspect");
        });
        beatThrice(node, "compute");
        assertThat(status(node)).as("after heartbeats").isEqualTo("suspect");

        endpoint.answers(200);

        eventually().untilAsserted(() -> assertThat(status(node)).isEqualTo("active"));
        assertThat(evidence.life(node))
                .containsExactly("registered", "suspect probe_failed", "recovered probe_answered");
    }

    @Test
    void probesAloneDoNotRenewTheLeaseOfANodeThatIsToSendHeartbeatsToo() {
        String node = introduced("compute", endpoint().url("/health"), 5);
        JsonNode introduced = registry.row(node).orElseThrow();

        eventually().untilAsserted(() -> assertThat(status(node)).isEqualTo("suspect"));
        Instant suspectSince = time(registry.row(node).orElseThrow(), "suspect_since");
        awaitProbeAfter(node, suspectSince);
        awaitProbeAfter(node, time(registry.row(node).orElseThrow(), "probed_at"));
        eventually().untilAsserted(() -> assertThat(registry.row(node).orElseThrow().path("probe_result").textValue())
                .isEqualTo("answered"));

        JsonNode row = registry.row(node).orElseThrow();
        assertThat(row.path("status").textValue()).as("after answers").isEqualTo("suspect");
        assertThat(row.path("lease_expires_at")).isEqualTo(introduced.path("lease_expires_at"));
        assertThat(evidence.life(node)).containsExactly("registered", "suspect lease_ended");

        beat(node, "compute");

        eventually().untilAsserted(() -> {
            assertThat(evidence.life(node)).startsWith("registered", "suspect lease_ended", "recovered heartbeat");
            assertThat(time(registry.row(node).orElseThrow(), "lease_expires_at"))
                    .isAfter(time(introduced, "lease_expires_at"));
        });
    }

    @Test
    void aNodeThatIsToSendHeartbeatsIsASuspectWhenItsLeaseEndsThoughItNeverSentOne() {
        HealthEndpoint endpoint = endpoint();
        endpoint.answers(503);
        String node = sent("orchestrator", endpoint.url("/health"), 5);

        eventually().untilAsserted(() -> assertThat(status(node)).isEqualTo("expired"));

        assertThat(evidence.life(node)).containsExactly("registered", "suspect lease_ended", "expired lease_expired");
        assertThat(endpoint.requests()).as("probes").hasSizeGreaterThanOrEqualTo(2).containsOnly("/health");
    }

    @Test
    void asksThePathThatIsSetForTheType() {
        HealthEndpoint endpoint = endpoint();

        introduced("reducer", endpoint.url("/announced/health?x=1#part"), 3_600);

        eventually().untilAsserted(() -> assertThat(endpoint.requests()).hasSizeGreaterThanOrEqualTo(2));
        assertThat(endpoint.requests()).containsOnly(PATH);
    }

    @Test
    void anEndpointThatDoesNotAnswerIsCutOff() {
        HealthEndpoint endpoint = endpoint();
        endpoint.answersNever();

        String node = introduced("reducer", endpoint.url("/health"), 3_600);

        isSuspectFor(node, "timeout", "no answer within PT5S");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void aProbeHasAVirtualThread() {
        HealthEndpoint endpoint = endpoint();
        endpoint.answersNever();

        introduced("reducer", endpoint.url("/health"), 3_600);

        // the JVM may be too busy to answer jcmd
        eventually().ignoreExceptionsInstanceOf(IOException.class).untilAsserted(() -> assertThat(
                ThreadDump.in("ConcurrentProbes.work", registry))
                .isNotEmpty()
                .allSatisfy(thread -> assertThat(thread.lines().findFirst().orElseThrow()).contains(" virtual")));
    }

    @Test
    void noRedirectIsFollowed() {
        HealthEndpoint elsewhere = endpoint();
        HealthEndpoint endpoint = endpoint();
        endpoint.redirectsTo(elsewhere.url("/health"));

        String node = introduced("reducer", endpoint.url("/health"), 3_600);

        isSuspectFor(node, "redirected", "answered 302, and redirects are not followed");
        assertThat(endpoint.requests()).isNotEmpty();
        assertThat(elsewhere.requests()).as("requests to the other place").isEmpty();
    }

    @Test
    void ofALongAnswerNoMoreIsTakenThanItsHead() {
        HealthEndpoint endpoint = endpoint();
        endpoint.sends(TEN_MEGABYTES);

        String node = introduced("reducer", endpoint.url("/health"), 3_600);

        eventually().untilAsserted(() -> assertThat(endpoint.requests()).hasSizeGreaterThanOrEqualTo(2));
        eventually().untilAsserted(() -> assertThat(probe(node).path("result").asText()).isEqualTo("answered"));
        assertThat(endpoint.written() / endpoint.requests().size()).as("bytes of an answer").isLessThan(TEN_MEGABYTES);
        assertThat(status(node)).isEqualTo("active");
    }

    /** An address of this machine, so that nothing would leave it if it were asked, and the same in other clothes. */
    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.2:9/", "http://[::ffff:127.0.0.2]:9/"})
    void nobodyIsAskedAtARefusedAddressAndNoNodeSuffersForIt(String url) {
        String node = introduced("reducer", url, 2);

        eventually().untilAsserted(() -> assertThat(probe(node).path("result").asText()).isEqualTo("refused_address"));
        Instant leaseEnd = time(registry.row(node).orElseThrow(), "lease_expires_at");
        for (int probes = 0; probes < 3; probes++) {
            awaitProbeAfter(node, time(registry.row(node).orElseThrow(), "probed_at"));
        }
        awaitProbeAfter(node, leaseEnd);
        JsonNode shown = shown(node);
        assertThat(shown.at("/lease/probe/result").textValue()).isEqualTo("refused_address");
        assertThat(shown.at("/lease/probe/detail").textValue()).isNotBlank();
        assertThat(shown.at("/lease/probe/failures").intValue()).as("failures").isZero();
        assertThat(shown.at("/lease/watched_by").textValue()).isEqualTo("nothing");
        assertThat(evidence.passing("reducer")).contains(node);
        assertThat(evidence.life(node)).containsExactly("registered");
        eventually().untilAsserted(() -> assertThat(probes("refused_address")).isGreaterThanOrEqualTo(4));
    }

    private HealthEndpoint endpoint() {
        HealthEndpoint endpoint = new HealthEndpoint();
        endpoints.add(endpoint);
        return endpoint;
    }

    /** Nobody takes the connections of the mute, so that each of their probes lasts as long as it may. */
    @Test
    void aDeadNodeExpiresInTimeBesideThousandsWhoseEndpointsNeverAnswer() throws IOException {
        String mute = Registry.uniqueId("mute");
        Held held = Held.before(registry);
        List<PlainNode> nodes = PlainNode.many(mute, MUTE).toList();
        try (ServerSocket silent = new ServerSocket(0, MUTE, InetAddress.getByName("127.0.0.1"))) {
            String url = "http://127.0.0.1:" + silent.getLocalPort() + "/health/";
            nodes.stream().map(node -> registry.broker().send(new ProducerRecord<>(
                    registry.topic(Registry.INTROSPECTION), introduction(node, "compute", url + node.id(), 3_600))))
                    .toList()
                    .forEach(Broker::confirmed);
            eventually().atMost(LONG).until(() -> failed(mute, 1) > 100);

            String dead = sent("compute", "http://127.0.0.3:9/health", 2);
            eventually().atMost(LONG).until(() -> status(dead).equals("expired"));

            assertThat(failed(mute, 2)).as("of the mute, probed as often as it").isLessThan(MUTE / 2);
            assertThat(evidence.life(dead)).last().isEqualTo("expired lease_expired");
            awaitLeases();
        } finally {
            nodes.stream().map(node -> new FleetNode(node.id(), "compute", FleetNode.Dialect.BRIDGE, 0))
                    .map(node -> registry.broker().send(new ProducerRecord<>(
                            registry.topic(Registry.INTROSPECTION), node.departure(Instant.now()))))
                    .toList()
                    .forEach(Broker::confirmed);
        }
        eventually().atMost(LONG).until(() -> registry.stores()
                .query("SELECT 1 FROM tool_registrations WHERE status <> 'departed' AND tool_id LIKE '" + mute + "%'")
                .isEmpty());
        held.isLetGoBy(registry);
    }

    private static int failed(String prefix, int probes) {
        return registry.stores()
                .query("SELECT 1 FROM tool_registrations WHERE tool_id LIKE '" + prefix + "%' AND probe_failures >= "
                        + probes)
                .size();
    }

    /** Its region is its own, so that it is no part of anybody's cohort. */
    private static byte[] introduction(PlainNode node, String type, String healthEndpoint, int ttlSeconds) {
        ObjectNode payload = node.payload().put("node_type", type);
        payload.putObject("endpoints").put("health", healthEndpoint);
        payload.putObject("metadata").put("region", node.id()).put("lease_ttl_seconds", ttlSeconds);
        return node.introduction(payload);
    }

    /** Introduces a node that does not expire before Consul has been asked for it; returns when it is there. */
    private static String introduced(String type, String healthEndpoint, int ttlSeconds) {
        String node = sent(type, healthEndpoint, ttlSeconds);
        eventually().untilAsserted(() -> assertThat(evidence.checks(type)).containsKey(node));
        return node;
    }

    /** Introduces a node and waits for nothing. */
    private static String sent(String type, String healthEndpoint, int ttlSeconds) {
        PlainNode node = PlainNode.unique("probed-" + type);
        registry.publish(
                registry.topic(Registry.INTROSPECTION), node.id(),
                introduction(node, type, healthEndpoint, ttlSeconds));
        return node.id();
    }

    /** Sends a heartbeat; returns when it is written. */
    private static void beat(String node, String type) {
        Instant before = time(registry.row(node).orElseThrow(), "last_seen_at");
        byte[] heartbeat = new FleetNode(node, type, FleetNode.Dialect.BRIDGE, 0).heartbeat(Instant.now(), "healthy");
        registry.publish(registry.topic(Registry.HEARTBEAT), node, heartbeat);
        eventually().until(() -> !List.of("active", "suspect").contains(status(node))
                || time(registry.row(node).orElseThrow(), "last_seen_at").isAfter(before));
    }

    private static void beatThrice(String node, String type) {
        for (int i = 0; i < 3; i++) {
            beat(node, type);
        }
    }

    private static void isSuspectFor(String node, String result, String detail) {
        eventually().untilAsserted(() -> assertThat(status(node)).isEqualTo("suspect"));
        // of the last probe, which a busy machine may hold up
        eventually().untilAsserted(() -> {
            JsonNode probe = probe(node);
            assertThat(probe.path("result").textValue()).isEqualTo(result);
            assertThat(probe.path("detail").textValue()).isEqualTo(detail);
            assertThat(probe.path("failures").intValue()).isGreaterThanOrEqualTo(2);
        });
        assertThat(evidence.life(node)).containsExactly("registered", "suspect probe_failed");
        eventually().untilAsserted(() -> assertThat(probes(result)).isGreaterThanOrEqualTo(2));
    }

    /** How many probes have ended so since the start. */
    private static double probes(String result) {
        return Metrics.of(registry).since(atFirst, "registry_probes_total{result=\"" + result + "\"}");
    }

    private static void awaitProbeAfter(String node, Instant time) {
        eventually().until(() -> time(registry.row(node).orElseThrow(), "probed_at").isAfter(time));
    }

    private static void awaitLeases() {
        eventually().untilAsserted(() -> {
            JsonNode preservation = registry.get("/api/v1/preservation").json();
            assertThat(preservation.has("looked_at")).isTrue();
            assertThat(preservation.has("blocked")).as("blocked: %s", preservation).isFalse();
        });
    }

    private static JsonNode shown(String node) {
        return registry.get("/api/v1/registrations/" + node).json();
    }

    private static JsonNode probe(String node) {
        return shown(node).at("/lease/probe");
    }

    /** Of one whose introduction has not been read yet, too. */
    private static String status(String node) {
        return registry.row(node).map(row -> row.path("status").textValue()).orElse("not there");
    }

    private static Instant time(JsonNode row, String column) {
        return row.path(column).isNull() ? Instant.EPOCH : NodeFacts.instant(row.path(column).textValue());
    }
}
