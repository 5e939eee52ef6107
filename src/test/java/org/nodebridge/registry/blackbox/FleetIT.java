package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

/** Nodes come, change and go, in all dialects and on whatever partition; both stores agree about them. */
class FleetIT {

    private static final int NODES = 500;
    private static final int PARTITIONS = 6;

    private final Registry registry = Registry.shared();
    private final Random random = new Random(42);
    private final Instant start = Instant.now().minusSeconds(600);

    @Test
    void bothStoresAgreeFieldByFieldAboutFiveHundredNodes() {
        // Given a fleet that has announced itself
        String prefix = UUID.randomUUID().toString().substring(0, 8);
        List<FleetNode> fleet = IntStream.range(0, NODES).mapToObj(number -> node(prefix, number)).toList();
        Map<String, NodeFacts> expected = new HashMap<>();
        List<byte[]> first = new ArrayList<>();
        for (FleetNode node : fleet) {
            NodeFacts facts = node.facts(start, 100);
            expected.put(node.id(), facts);
            first.add(node.introduction(facts));
        }
        sendAll(first);
        eventually().untilAsserted(() -> bothStoresShow(prefix, expected));

        // When a third of it changes, a third leaves, and Kafka brings everything of before once more
        List<byte[]> then = new ArrayList<>(first);
        for (FleetNode node : fleet) {
            switch (node.number() % 3) {
                case 0 -> {
                    NodeFacts changed = node.facts(start.plusSeconds(60), 200);
                    expected.put(node.id(), changed);
                    then.add(node.introduction(changed));
                }
                case 1 -> {
                    expected.remove(node.id());
                    then.add(node.departure(start.plusSeconds(60)));
                }
                default -> {}
            }
        }
        Collections.shuffle(then, random);
        sendAll(then);

        // Then both stores agree again
        eventually().untilAsserted(() -> bothStoresShow(prefix, expected));
        assertThat(registry.stores().rowsOf(prefix)).as("tombstones included").hasSize(NODES);
    }

    @Test
    void changedCapabilityArrivesInBothStores() {
        FleetNode node = registered();
        NodeFacts changed = node.facts(start.plusSeconds(1), 7);
        ((ObjectNode) changed.capabilities()).put("another", true);

        send(Registry.INTROSPECTION, node.introduction(changed));

        eventually().untilAsserted(() -> {
            assertThat(registry.row(node.id()).orElseThrow().at("/capabilities/stamping/throughput").intValue())
                    .isEqualTo(7);
            assertThat(registry.consulService(node.id()).orElseThrow().tags()).contains("another");
            assertThat(NodeFacts.shownBy(registry.consulService(node.id()).orElseThrow()))
                    .isEqualTo(changed.inConsul());
        });
    }

    @Test
    void departureLeavesTheNodeNowhereAndALateIntroductionDoesNotReviveIt() {
        FleetNode node = registered();

        send(Registry.INTROSPECTION, node.departure(start.plusSeconds(10)));
        eventually().until(() -> registry.consulService(node.id()).isEmpty());
        handle(Registry.INTROSPECTION, node.introduction(node.facts(start.plusSeconds(9), 1)));

        assertThat(registry.consulService(node.id())).isEmpty();
        assertThat(registry.get("/api/v1/registrations/" + Registry.encoded(node.id())).status()).isEqualTo(404);
        assertThat(registry.row(node.id()).orElseThrow().path("status").asText()).isEqualTo("departed");
    }

    @Test
    void newerIntroductionBringsADepartedNodeBack() {
        FleetNode node = registered();
        send(Registry.INTROSPECTION, node.departure(start.plusSeconds(10)));
        eventually().until(() -> registry.consulService(node.id()).isEmpty());
        NodeFacts back = node.facts(start.plusSeconds(11), 1);

        send(Registry.INTROSPECTION, node.introduction(back));

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
        FleetNode node = node(Registry.uniqueId("fleet"), 0);
        byte[] introduction = node.introduction(node.facts(start, 1));
        send(Registry.INTROSPECTION, introduction);
        JsonNode row = settledRow(node);
        ConsulService service = registry.consulService(node.id()).orElseThrow();

        handle(Registry.INTROSPECTION, introduction);

        assertThat(registry.row(node.id())).hasValue(row);
        assertThat(registry.consulService(node.id())).hasValue(service);
    }

    @Test
    void unchangedIntroductionRenewsTheLeaseAndWritesNothingToConsul() {
        FleetNode node = registered();
        JsonNode row = settledRow(node);
        ConsulService service = registry.consulService(node.id()).orElseThrow();
        NodeFacts again = node.facts(start.plusSeconds(30), 100);

        handle(Registry.INTROSPECTION, node.introduction(again));

        JsonNode renewed = registry.row(node.id()).orElseThrow();
        assertThat(renewed.path("event_id").textValue()).isEqualTo(again.eventId());
        assertThat(renewed.path("lease_expires_at").textValue()).isGreaterThan(row.path("lease_expires_at").textValue());
        assertThat(renewed.path("revision")).isEqualTo(row.path("revision"));
        assertThat(renewed.path("catalog_version")).isEqualTo(row.path("revision"));
        assertThat(registry.consulService(node.id())).hasValue(service);
    }

    @Test
    void heartbeatRenewsTheLeaseAndOnlyAChangedHealthTouchesConsul() {
        FleetNode node = registered();
        JsonNode row = settledRow(node);
        ConsulService service = registry.consulService(node.id()).orElseThrow();

        handle(Registry.HEARTBEAT, node.heartbeat(start.plusSeconds(30), "healthy"));

        JsonNode renewed = registry.row(node.id()).orElseThrow();
        assertThat(renewed.path("lease_expires_at").textValue()).isGreaterThan(row.path("lease_expires_at").textValue());
        assertThat(renewed.path("revision")).isEqualTo(row.path("revision"));
        assertThat(registry.consulService(node.id())).hasValue(service);
        for (Map.Entry<String, String> health : List.of(
                Map.entry("degraded", "warning"), Map.entry("critical", "critical"), Map.entry("healthy", "passing"))) {
            send(Registry.HEARTBEAT, node.heartbeat(Instant.now(), health.getKey()));
            eventually().untilAsserted(() -> assertThat(
                            registry.consulService(node.id()).orElseThrow().status())
                    .isEqualTo(health.getValue()));
        }
    }

    private void bothStoresShow(String prefix, Map<String, NodeFacts> expected) {
        Map<String, JsonNode> rows = registry.stores().rowsOf(prefix);
        rows.values().removeIf(row -> row.path("status").asText().equals("departed"));
        Map<String, ConsulService> services = registry.stores().consulServices();
        services.keySet().removeIf(id -> !id.startsWith(prefix));
        assertThat(rows).containsOnlyKeys(expected.keySet());
        assertThat(services).containsOnlyKeys(expected.keySet());
        expected.forEach((id, facts) -> {
            assertThat(facts.columnsOf(rows.get(id))).as("row of %s", id).isEqualTo(facts.inPostgres());
            assertThat(NodeFacts.shownBy(services.get(id))).as("service of %s", id).isEqualTo(facts.inConsul());
        });
    }

    private FleetNode node(String prefix, int number) {
        FleetNode.Dialect dialect = FleetNode.Dialect.values()[number / 4 % 3];
        String id = dialect == FleetNode.Dialect.INFRA
                ? prefix + UUID.randomUUID().toString().substring(8)
                : prefix + "/Knoten Nr. " + number + " ü%#?";
        return new FleetNode(id, FleetNode.TYPES.get(number % 4), dialect, number);
    }

    private FleetNode registered() {
        FleetNode node = node(Registry.uniqueId("fleet"), 0);
        send(Registry.INTROSPECTION, node.introduction(node.facts(start, 100)));
        settledRow(node);
        return node;
    }

    /** The row once Consul has confirmed it. */
    private JsonNode settledRow(FleetNode node) {
        eventually().untilAsserted(() -> assertThat(registry.row(node.id())).hasValueSatisfying(
                row -> assertThat(row.path("catalog_version")).isEqualTo(row.path("revision"))));
        return registry.row(node.id()).orElseThrow();
    }

    /** Sends a record and waits until the registry is done with it. */
    private void handle(String topic, byte[] value) {
        registry.broker().awaitCommitted(List.of(Broker.confirmed(send(topic, value))));
    }

    private void sendAll(List<byte[]> introspections) {
        introspections.stream()
                .map(value -> send(Registry.INTROSPECTION, value))
                .toList()
                .forEach(Broker::confirmed);
    }

    /** Under a key that says nothing, on any partition: keys cannot be trusted. */
    private Future<RecordMetadata> send(String topic, byte[] value) {
        byte[] key = ("key-" + random.nextInt(9)).getBytes(UTF_8);
        return registry.broker().send(new ProducerRecord<>(topic, random.nextInt(PARTITIONS), key, value));
    }
}
