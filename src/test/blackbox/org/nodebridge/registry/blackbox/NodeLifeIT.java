// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What each event of one node does to it in both stores, wherever the event comes from. */
class NodeLifeIT {

    private final Registry registry = Registry.shared();
    private final Instant start = Instant.now().minusSeconds(600);

    @Test
    void changedCapabilityArrivesInBothStores() {
        FleetNode node = registered();
        NodeFacts changed = node.facts(start.plusSeconds(1), 7);
        ((ObjectNode) changed.capabilities()).put("another", true);

        registry.broker().scatter(Registry.INTROSPECTION, node.introduction(changed));

        eventually().untilAsserted(() -> {
            assertThat(registry.row(node.id()).orElseThrow().at("/capabilities/stamping/throughput").intValue())
                    .isEqualTo(7);
            assertThat(registry.consulService(node.id()).orElseThrow().tags()).contains("capability:another");
            assertThat(NodeFacts.shownBy(registry.consulService(node.id()).orElseThrow()))
                    .isEqualTo(changed.inConsul());
        });
    }

    @Test
    void departureLeavesTheNodeNowhereAndALateIntroductionDoesNotReviveIt() {
        FleetNode node = registered();

        registry.broker().scatter(Registry.INTROSPECTION, node.departure(start.plusSeconds(10)));
        eventually().until(() -> registry.consulService(node.id()).isEmpty());
        handle(Registry.INTROSPECTION, node.introduction(node.facts(start.plusSeconds(9), 1)));

        assertThat(registry.consulService(node.id())).isEmpty();
        assertThat(registry.get("/api/v1/registrations/" + Registry.encoded(node.id())).status()).isEqualTo(404);
        assertThat(registry.row(node.id()).orElseThrow().path("status").asText()).isEqualTo("departed");
    }

    @Test
    void newerIntroductionBringsADepartedNodeBack() {
        FleetNode node = registered();
        registry.broker().scatter(Registry.INTROSPECTION, node.departure(start.plusSeconds(10)));
        eventually().until(() -> registry.consulService(node.id()).isEmpty());
        NodeFacts back = node.facts(start.plusSeconds(11), 1);

        registry.broker().scatter(Registry.INTROSPECTION, node.introduction(back));

        eventually().untilAsserted(() -> {
            assertThat(back.columnsOf(registry.row(node.id()).orElseThrow())).isEqualTo(back.inPostgres());
            assertThat(registry.consulService(node.id())).hasValueSatisfying(
                    service -> assertThat(NodeFacts.shownBy(service)).isEqualTo(back.inConsul()));
        });
    }

    @Test
    void departureOfANodeNeverHeardOfKeepsItsOlderIntroductionOut() {
        // core's departures name no type
        WireSample introduction = WireSample.of("infra_introspection_orchestrator").ofAnotherNode();
        WireSample departure = WireSample.of("core_shutdown_graceful").from(introduction.nodeId());

        handle(Registry.INTROSPECTION, departure.bytes());
        handle(Registry.INTROSPECTION, introduction.bytes());

        assertThat(registry.consulService(introduction.nodeId())).isEmpty();
        assertThat(registry.get("/api/v1/registrations/" + introduction.nodeId()).status()).isEqualTo(404);
    }

    @Test
    void duplicateChangesNothing() {
        FleetNode node = FleetNode.numbered(Registry.uniqueId("fleet"), 0);
        byte[] introduction = node.introduction(node.facts(start, 1));
        registry.broker().scatter(Registry.INTROSPECTION, introduction);
        JsonNode row = settledRow(node);
        ConsulService service = registry.consulService(node.id()).orElseThrow();

        handle(Registry.INTROSPECTION, introduction);

        assertThat(registry.row(node.id()).map(NodeLifeIT::withoutPosition)).hasValue(withoutPosition(row));
        assertThat(registry.consulService(node.id())).hasValue(service);
    }

    @Test
    void unchangedIntroductionRenewsTheLeaseAndWritesNothingToConsul() {
        FleetNode node = registered();
        JsonNode row = settledRow(node);
        ConsulService service = registry.consulService(node.id()).orElseThrow();

        // again where PostgreSQL's clock was read again meanwhile, which may put the replica's back a little
        eventually().untilAsserted(() -> {
            NodeFacts again = node.facts(Instant.now(), 100);
            handle(Registry.INTROSPECTION, node.introduction(again));

            JsonNode renewed = registry.row(node.id()).orElseThrow();
            assertThat(renewed.path("event_id").textValue()).isEqualTo(again.eventId());
            assertThat(renewed.path("revision")).isEqualTo(row.path("revision"));
            assertThat(renewed.path("pending").booleanValue()).as("pending").isFalse();
            assertThat(leaseEnd(renewed)).isAfter(leaseEnd(row));
        });
        assertThat(registry.consulService(node.id())).hasValue(service);
    }

    @Test
    void heartbeatRenewsTheLeaseAndOnlyAChangedHealthTouchesConsul() {
        FleetNode node = registered();
        JsonNode row = settledRow(node);
        ConsulService service = registry.consulService(node.id()).orElseThrow();

        eventually().untilAsserted(() -> {
            handle(Registry.HEARTBEAT, node.heartbeat(Instant.now(), "healthy"));

            JsonNode renewed = registry.row(node.id()).orElseThrow();
            assertThat(renewed.path("revision")).isEqualTo(row.path("revision"));
            assertThat(leaseEnd(renewed)).isAfter(leaseEnd(row));
        });
        assertThat(registry.consulService(node.id())).hasValue(service);
        for (Map.Entry<String, String> health : List.of(
                Map.entry("degraded", "warning"), Map.entry("critical", "critical"), Map.entry("healthy", "passing"))) {
            registry.broker().scatter(Registry.HEARTBEAT, node.heartbeat(Instant.now(), health.getKey()));
            eventually().untilAsserted(() -> assertThat(
                    registry.consulService(node.id()).orElseThrow().status())
                    .isEqualTo(health.getValue()));
        }
    }

    @Test
    void saysThatTwoProcessesAnnounceThemselvesAsOneNodeAndTheOneThatStaysIsRegistered() {
        FleetNode node = registered();
        for (int turn = 1; turn <= 4; turn++) {
            NodeFacts facts = node.facts(start.plusSeconds(turn), 1);
            ((ObjectNode) facts.metadata()).put("instance_id", "process-" + turn % 2);
            handle(Registry.INTROSPECTION, node.introduction(facts));
        }

        eventually().untilAsserted(() -> {
            JsonNode conflict = detail(node).path("conflict");
            assertThat(conflict.path("evidence").textValue()).isEqualTo("content");
            assertThat(conflict.path("since").textValue()).isNotBlank();
            assertThat(conflict.path("processes")).hasSizeGreaterThanOrEqualTo(2).allSatisfy(
                    process -> assertThat(process.path("endpoints")).isNotEmpty());
            assertThat(Metrics.of(registry).value("registry_node_conflicts")).isPositive();
        });
        eventually().untilAsserted(() -> assertThat(Verdict.of(registry).codes()).contains("conflicts"));
        assertThat(Explained.of(registry, node.id()).causes()).contains("conflict");

        registry.broker().scatter(Registry.INTROSPECTION, node.departure(start.plusSeconds(10)));
        eventually().until(() -> registry.consulService(node.id()).isEmpty());
        long asked = requests(node);
        eventually().untilAsserted(() -> {
            // nodes of a type are asked once in a while only, and another test may have had that
            registry.stores().execute("DELETE FROM cluster_leases WHERE name LIKE 'introspection-request-%'");
            // the other one's, which is asked to introduce itself by it, and does
            handle(Registry.HEARTBEAT, node.heartbeat(start.plusSeconds(20), "healthy"));
            assertThat(requests(node)).isGreaterThan(asked);
        });
        handle(Registry.INTROSPECTION, node.introduction(node.facts(start.plusSeconds(21), 1)));
        handle(Registry.HEARTBEAT, node.heartbeat(start.plusSeconds(30), "healthy"));

        eventually().untilAsserted(() -> {
            assertThat(detail(node).path("status").textValue()).isEqualTo("active");
            assertThat(registry.consulService(node.id()))
                    .hasValueSatisfying(service -> assertThat(service.status()).isEqualTo("passing"));
        });
    }

    @Test
    void saysThatTwoProcessesSendHeartbeatsAsOneNode() {
        FleetNode node = registered();
        String heartbeat = "/api/v1/registrations/" + Registry.encoded(node.id()) + "/heartbeat";

        long begun = System.nanoTime();
        // both go on as long as it takes: one that is held up for seconds seems to have started later
        eventually().untilAsserted(() -> {
            for (int uptime : new int[] {1000, 5000, 1000, 5000}) {
                long now = uptime + Duration.ofNanos(System.nanoTime() - begun).toSeconds();
                assertThat(registry.post(heartbeat, Json.object("{}").put("uptime_seconds", now)).status())
                        .isEqualTo(200);
            }
            JsonNode conflict = detail(node).path("conflict");
            assertThat(conflict.path("evidence").textValue()).isEqualTo("start");
            assertThat(conflict.path("processes")).hasSizeGreaterThanOrEqualTo(2).allSatisfy(
                    process -> assertThat(process.path("started_at").textValue()).isNotBlank());
        });
    }

    /** How often nodes of its type have been asked because one that is not registered sends heartbeats. */
    private long requests(FleetNode node) {
        return registry.broker().records(Registry.REQUESTS).stream()
                .map(request -> Json.parse(new String(request.value(), UTF_8)).path("payload"))
                .filter(request -> request.path("reason").asText().equals("recovery")
                        && request.path("target_node_types").toString().contains(node.type()))
                .count();
    }

    private JsonNode detail(FleetNode node) {
        return registry.get("/api/v1/registrations/" + Registry.encoded(node.id())).json();
    }

    private FleetNode registered() {
        FleetNode node = FleetNode.numbered(Registry.uniqueId("fleet"), 0);
        registry.broker().scatter(Registry.INTROSPECTION, node.introduction(node.facts(start, 100)));
        settledRow(node);
        return node;
    }

    /** The row once Consul has confirmed it. */
    private JsonNode settledRow(FleetNode node) {
        eventually().untilAsserted(() -> assertThat(registry.row(node.id())).hasValueSatisfying(
                row -> assertThat(row.path("pending").booleanValue()).as("pending").isFalse()));
        return registry.row(node.id()).orElseThrow();
    }

    /** Of an event that lies in two partitions the row keeps the higher position, so that all replicas agree. */
    private static JsonNode withoutPosition(JsonNode row) {
        return ((ObjectNode) row.deepCopy()).without("event_position");
    }

    private static Instant leaseEnd(JsonNode row) {
        return NodeFacts.instant(row.path("lease_expires_at").textValue());
    }

    /** Sends a record and waits until the registry is done with it. */
    private void handle(String topic, byte[] value) {
        registry.broker().awaitCommitted(List.of(Broker.confirmed(registry.broker().scatter(topic, value))));
    }
}
