// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.blackbox.HostileRecords.Hostile;
import org.nodebridge.registry.contract.Contract;

/** Every case of {@code cases.json} goes through Kafka, all at once, and ends as a lenient registry should have it. */
class WireCasesIT {

    private static final List<WireCase> CASES = WireCase.all();
    private static final Map<WireCase, Sent> SENT = new LinkedHashMap<>();

    private final Registry registry = Registry.shared();

    @BeforeAll
    static void sendAll() {
        Registry registry = Registry.shared();
        List<WireCase> heartbeats = CASES.stream().filter(WireCase::heartbeat).toList();
        // a heartbeat renews what is registered
        heartbeats.forEach(wire -> registry.publish(
                Registry.INTROSPECTION, wire.nodeId(), introduction(wire).from(wire.nodeId()).bytes()));
        eventually().until(() -> heartbeats.stream().allMatch(wire -> registry.row(wire.nodeId()).isPresent()));
        CASES.forEach(wire -> SENT.put(wire, Sent.to(registry, wire.topic(), wire.nodeId(), wire.value())));
        registry.broker().awaitCommitted(SENT.values().stream().map(Sent::where).toList());
    }

    static Stream<WireCase> rejected() {
        return CASES.stream().filter(WireCase::rejected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rejected")
    void setsAsideAndNamesTheBrokenFieldAndNoOther(WireCase wire) {
        assertThat(letter(wire)).as("dead letter").isNotNull().satisfies(letter -> {
            SENT.get(wire).isWholeIn(letter);
            Contract.headersHold("dead-letter", letter.headers());
            assertThat(Sent.brokenFields(letter)).singleElement().satisfies(field -> assertThat(wire.patched())
                    .anyMatch(path -> field.equals(path) || field.startsWith(path + ".")));
        });
        if (wire.heartbeat()) {
            assertThat(registry.row(wire.nodeId()).orElseThrow().path("heartbeat_timestamp").isNull()).isTrue();
        } else {
            assertThat(registry.row(wire.nodeId())).isEmpty();
            assertThat(registry.consulService(wire.nodeId())).isEmpty();
        }
    }

    static Stream<WireCase> acceptedHeartbeats() {
        return CASES.stream().filter(wire -> !wire.rejected() && wire.heartbeat());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("acceptedHeartbeats")
    void renewsTheLease(WireCase wire) {
        assertThat(letter(wire)).as("dead letter").isNull();
        JsonNode payload = wire.json().path("payload");
        JsonNode row = registry.row(wire.nodeId()).orElseThrow();
        assertThat(NodeFacts.instant(row.path("heartbeat_timestamp").textValue()))
                .isEqualTo(NodeFacts.instant(payload.path("timestamp").textValue()));
        assertThat(row.path("uptime_seconds").doubleValue())
                .isEqualTo(payload.path("uptime_seconds").doubleValue());
    }

    static Stream<WireCase> acceptedIntroductions() {
        return CASES.stream().filter(wire -> !wire.rejected() && !wire.heartbeat());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("acceptedIntroductions")
    void registersInBothStores(WireCase wire) {
        NodeFacts facts = NodeFacts.saidBy(wire.json());

        assertThat(letter(wire)).as("dead letter").isNull();
        assertThat(registry.row(facts.id())).hasValueSatisfying(
                row -> assertThat(facts.columnsOf(row)).isEqualTo(facts.inPostgres()));
        eventually().untilAsserted(() -> assertThat(registry.consulService(facts.id())).hasValueSatisfying(
                service -> assertThat(NodeFacts.shownBy(service)).isEqualTo(facts.inConsul())));
    }

    /** All on one partition, a good one before and behind each, so that one which ends consumption shows. */
    @Test
    void setsAsideWhatOnceEndedConsumptionAndRegistersTheNeighbours() {
        String key = Registry.uniqueId("hostile");
        List<String> good = new ArrayList<>();
        Map<Hostile, Sent> sent = new LinkedHashMap<>();
        for (Hostile hostile : HostileRecords.all()) {
            good.add(neighbour(key));
            sent.put(hostile, Sent.to(registry, Registry.INTROSPECTION, key, hostile.record(Registry.uniqueId("bad"))));
        }
        good.add(neighbour(key));
        registry.broker().awaitCommitted(sent.values().stream().map(Sent::where).toList());

        List<ConsumerRecord<byte[], byte[]>> letters = registry.deadLetters(Registry.INTROSPECTION);
        assertThat(sent).allSatisfy((hostile, record) -> {
            ConsumerRecord<byte[], byte[]> letter = record.findIn(letters).orElse(null);
            assertThat(letter).as(hostile.toString()).isNotNull();
            List<String> broken = Sent.brokenFields(letter);
            assertThat(hostile.isNamedIn(broken, "payload.")).as("%s: %s", hostile, broken).isTrue();
        });
        eventually().untilAsserted(() -> assertThat(good).allSatisfy(nodeId -> {
            assertThat(registry.row(nodeId)).isPresent();
            assertThat(registry.consulService(nodeId)).isPresent();
        }));
    }

    @Test
    void refusesTheSameOverHttpWithTheFieldNamed() {
        for (Hostile hostile : HostileRecords.all()) {
            Answer answer = registry.send(Registry.asOperator(registry.request("/api/v1/registrations"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(hostile.payload(Registry.uniqueId("bad")))));

            assertThat(answer.status()).as("%s: %s", hostile, answer.body()).isEqualTo(400);
            List<String> broken = answer.json().path("errors").findValuesAsText("field");
            assertThat(hostile.isNamedIn(broken, "")).as("%s: %s", hostile, broken).isTrue();
        }
    }

    @Test
    void readsARecordBehindAByteOrderMarkAndAnEpochBeyondPlausibilityAsNone() {
        WireSample sample = introductionOfBridge();
        ObjectNode record = sample.json();
        record.withObject("/payload").put("epoch", Long.MAX_VALUE);
        registry.publish(Registry.INTROSPECTION, sample.nodeId(), ("\uFEFF" + record).getBytes(UTF_8));
        eventually().untilAsserted(() -> assertThat(registry.row(sample.nodeId())).isPresent());
        assertThat(registry.row(sample.nodeId()).orElseThrow().path("epoch").isNull()).isTrue();

        ObjectNode later = introductionOfBridge().from(sample.nodeId()).json();
        later.put("event_timestamp", "2025-10-03T11:00:00+00:00");
        later.withObject("/payload").put("epoch", 7).put("node_role", "later");
        registry.publish(Registry.INTROSPECTION, sample.nodeId(), Json.utf8(later));

        eventually().untilAsserted(() -> assertThat(
                registry.row(sample.nodeId()).orElseThrow().path("node_role").asText()).isEqualTo("later"));
    }

    @Test
    void keepsTheYearOneAsItIsWhicheverWayItComes() {
        String first = "0001-01-01T00:00:00Z";
        WireSample sample = introductionOfBridge();
        ObjectNode record = sample.json().put("event_timestamp", first);
        record.withObject("/payload").put("timestamp", first);
        String manual = Registry.uniqueId("year-one");
        registry.publish(Registry.INTROSPECTION, sample.nodeId(), Json.utf8(record));
        Answer answer = registry.post(
                "/api/v1/registrations", RegistrationsApiIT.payload(manual).put("timestamp", first));

        assertThat(answer.status()).as("202 where Consul is slow: %s", answer.body()).isIn(201, 202);
        eventually().untilAsserted(() -> assertThat(registry.row(sample.nodeId())).isPresent());
        for (String nodeId : List.of(sample.nodeId(), manual)) {
            assertThat(registry.stores().query("SELECT event_timestamp = '0001-01-01T00:00:00Z' AS same"
                    + " FROM tool_registrations WHERE tool_id = '" + nodeId + "'").get(0).path("same").asBoolean())
                    .as("kept of %s", nodeId).isTrue();
            assertThat(registry.get("/api/v1/registrations/" + Registry.encoded(nodeId)).json()
                    .path("event_timestamp").asText()).as("shown of %s", nodeId).isEqualTo(first);
            assertThat(registry.get("/api/v1/registrations/" + Registry.encoded(nodeId) + "/history").json()
                    .findValuesAsText("event_timestamp")).as("history of %s", nodeId).containsOnly(first);
        }
    }

    private String neighbour(String key) {
        WireSample sample = introductionOfBridge();
        registry.publish(Registry.INTROSPECTION, key, sample.bytes());
        return sample.nodeId();
    }

    private static WireSample introductionOfBridge() {
        return WireSample.of("bridge_introspection_effect").ofAnotherNode();
    }

    private static WireSample introduction(WireCase wire) {
        return WireSample.of(
                wire.sample().startsWith("infra") ? "infra_introspection_effect" : "bridge_introspection_orchestrator");
    }

    private ConsumerRecord<byte[], byte[]> letter(WireCase wire) {
        return SENT.get(wire).findIn(registry.deadLetters(wire.topic())).orElse(null);
    }
}
