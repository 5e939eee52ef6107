// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.blackbox.WatchStream.Event;
import org.nodebridge.registry.docs.Page;

/**
 * A database that is restored from a copy that was made before nodes came, changed and left, by the steps of
 * docs/upgrading.md. What the nodes have said since is still in Kafka.
 */
@Tag("chaos")
class RestoreIT {

    private static final String NAME = "restore";
    private static final String PATH = "/api/v1/registrations";

    private final List<Registry> replicas = new ArrayList<>();

    @AfterEach
    void stop() {
        replicas.forEach(replica -> replica.liberty().kill());
    }

    @Test
    void nodesAreAsTheySaidLastAndWatchersBeginAgain() {
        SeparateRegistry before = SeparateRegistry.on(
                Backends.shared(), NAME, Map.of(
                        "REGISTRY_RECONCILE_INTERVAL", "PT1S", "REGISTRY_REGION", "eu", "REGISTRY_CONSUL_CONNECT",
                        "on"));
        String topic = before.topic(Registry.INTROSPECTION);
        List<PlainNode> old = PlainNode.many("old", 5).toList();
        List<PlainNode> late = PlainNode.many("late", 5).toList();
        PlainNode changed = old.get(0);
        PlainNode gone = old.get(1);
        PlainNode meshed = PlainNode.unique("meshed");
        String proxy = meshed.id() + "-sidecar-proxy";
        Registry first = start(before, "first");
        old.forEach(node -> first.publish(topic, node.id(), node.introduction()));
        ObjectNode payload = meshed.payload();
        ((ObjectNode) payload.path("metadata")).put("mesh_proxy_port", 20_000);
        first.publish(topic, meshed.id(), meshed.introduction(payload));
        eventually().until(() -> inConsul().keySet().containsAll(ids(old)) && inConsul().containsKey(proxy));
        first.liberty().stop();

        SeparateRegistry after = before.withCopyOfTheDatabase().withNewConsumerGroup()
                .with(Map.of("REGISTRY_CONSUL_CONNECT", "off"));

        // with Connect switched off, and without the time in which nothing is removed after a start
        Registry second = start(before.with(Map.of(
                "REGISTRY_CONSUL_CONNECT", "off", "REGISTRY_RECONCILE_START_GRACE", "PT1S")), "second");
        eventually().untilAsserted(() -> assertThat(inConsul()).doesNotContainKey(proxy).containsKey(meshed.id()));
        late.forEach(node -> second.publish(topic, node.id(), node.introduction()));
        second.publish(topic, changed.id(), changed.introduction(version(changed.payload(), "2.0.0")));
        second.publish(topic, gone.id(), gone.departure());
        eventually().until(() -> inConsul().keySet().containsAll(ids(late))
                && !inConsul().containsKey(gone.id())
                && inConsul().get(changed.id()).at("/Meta/version").asText().equals("2.0.0"));
        long revision = lastRevision(second);
        eventually().until(() -> TopologyTopic.of(second).lastRevision() >= revision);
        eventually().until(() -> ExportedTopic.of(second).lastRevision() >= revision);
        List<String> histories = ExportedTopic.of(second).histories();
        second.liberty().kill();
        Map<String, JsonNode> indexes = creationIndexes(late);

        after.execute(documentedStatement());
        Registry third = start(after, "third");

        eventually().untilAsserted(() -> {
            assertThat(third.row(gone.id()).orElseThrow().path("status").asText()).isEqualTo("departed");
            assertThat(third.row(changed.id()).orElseThrow().at("/metadata/version").asText()).isEqualTo("2.0.0");
            assertThat(inConsul()).doesNotContainKey(gone.id()).containsKeys(ids(late).toArray(String[]::new));
            assertThat(inConsul().get(changed.id()).at("/Meta/version").asText()).isEqualTo("2.0.0");
            assertThat(third.get("/api/v1/drift").json().path("drift")).isEmpty();
        });
        assertThat(creationIndexes(late)).as("none was deregistered meanwhile").isEqualTo(indexes);
        eventually().untilAsserted(() -> {
            ExportedTopic exported = ExportedTopic.of(third);
            assertThat(exported.histories()).as("revisions do not lead on").startsWith(
                    histories.toArray(String[]::new)).hasSizeGreaterThan(histories.size());
            assertThat(exported.nodes()).contains(ids(late).toArray(String[]::new)).doesNotContain(gone.id());
        });
        tellsWatchersToBeginAgain(third, revision);
        tellsOnKafkaWhatChangesFromNowOn(third, revision);
    }

    /** As a client that connects again with the last id it had, since the first stream may be ended by the jump. */
    private static void tellsWatchersToBeginAgain(Registry registry, long revision) {
        List<Event> events = Collections.synchronizedList(new ArrayList<>());
        Deque<WatchStream> streams = new ArrayDeque<>();
        try {
            eventually().until(() -> {
                if (streams.isEmpty() || streams.getLast().ended()) {
                    streams.add(WatchStream.open(registry, "", Long.toString(revision), events::add));
                }
                return events.stream().anyMatch(event -> event.name().equals("snapshot-end"));
            });
        } finally {
            streams.forEach(WatchStream::close);
        }
        assertThat(events.get(0).name()).isEqualTo("resync");
    }

    private static void tellsOnKafkaWhatChangesFromNowOn(Registry registry, long revision) {
        PlainNode node = PlainNode.unique("restored");
        assertThat(registry.post(PATH, node.payload()).status()).isIn(201, 202);
        eventually().untilAsserted(
                () -> assertThat(TopologyTopic.of(registry).changesOf(node.id())).hasSize(1));
        assertThat(TopologyTopic.of(registry).payloads().stream()
                .filter(payload -> payload.path("topology_version").asLong() > revision))
                .first()
                .satisfies(next -> assertThat(next.path("previous_version").asLong()).isGreaterThan(revision));
    }

    /** The one of the page, as it stands there. */
    private static String documentedStatement() {
        return Page.all().stream()
                .filter(page -> page.name().equals("docs/upgrading.md"))
                .flatMap(page -> page.blocks().stream())
                .filter(block -> block.language().equals("sql"))
                .map(block -> String.join("\n", block.lines()))
                .collect(Collectors.joining("\n"));
    }

    private Registry start(SeparateRegistry separate, String directory) {
        Registry registry = separate.replica(directory);
        replicas.add(registry);
        registry.liberty().start();
        eventually().until(() -> registry.get("/api/v1/health").json().path("status").asText().equals("healthy"));
        return registry;
    }

    private static long lastRevision(Registry registry) {
        return registry.stores().query("SELECT last_revision FROM registration_revision").get(0)
                .path("last_revision").asLong();
    }

    private static Map<String, JsonNode> inConsul() {
        return new ConsulEditor(Backends.shared(), NAME).services();
    }

    private static Map<String, JsonNode> creationIndexes(List<PlainNode> nodes) {
        Map<String, JsonNode> services = inConsul();
        return ids(nodes).stream().collect(Collectors.toMap(id -> id, id -> services.get(id).path("CreateIndex")));
    }

    private static List<String> ids(List<PlainNode> nodes) {
        return nodes.stream().map(PlainNode::id).toList();
    }

    private static ObjectNode version(ObjectNode payload, String version) {
        ((ObjectNode) payload.path("metadata")).put("version", version);
        return payload;
    }
}
