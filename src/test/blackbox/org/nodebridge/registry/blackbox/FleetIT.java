// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Five hundred nodes come, change and go, in all dialects and on any partition; both stores agree about them. */
class FleetIT {

    private static final int NODES = 500;

    /** A thousand writes of each store on a loaded machine. */
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private final Registry registry = Registry.shared();
    private final Random random = new Random(42);
    private final Instant start = Instant.now().minusSeconds(600);

    @Test
    void bothStoresAgreeFieldByFieldAboutFiveHundredNodes() {
        // Given a fleet that has announced itself
        String prefix = UUID.randomUUID().toString().substring(0, 8);
        List<FleetNode> fleet = IntStream.range(0, NODES)
                .mapToObj(number -> FleetNode.numbered(prefix, number))
                .toList();
        Map<String, NodeFacts> expected = new HashMap<>();
        List<byte[]> first = new ArrayList<>();
        for (FleetNode node : fleet) {
            NodeFacts facts = node.facts(start, 100);
            expected.put(node.id(), facts);
            first.add(node.introduction(facts));
        }
        sendAll(first);
        eventually().atMost(LONGEST).untilAsserted(() -> bothStoresShow(prefix, expected));

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
        eventually().atMost(LONGEST).untilAsserted(() -> bothStoresShow(prefix, expected));
        assertThat(registry.stores().rowsOf(prefix)).as("tombstones included").hasSize(NODES);
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

    private void sendAll(List<byte[]> introspections) {
        introspections.stream()
                .map(value -> registry.broker().scatter(Registry.INTROSPECTION, value))
                .toList()
                .forEach(Broker::confirmed);
    }
}
