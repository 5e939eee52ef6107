// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

    private static WireSample introduction(WireCase wire) {
        return WireSample.of(
                wire.sample().startsWith("infra") ? "infra_introspection_effect" : "bridge_introspection_orchestrator");
    }

    private ConsumerRecord<byte[], byte[]> letter(WireCase wire) {
        return SENT.get(wire).findIn(registry.deadLetters(wire.topic())).orElse(null);
    }
}
