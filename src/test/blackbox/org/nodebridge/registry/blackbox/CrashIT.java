// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A registry that ends while thousands of nodes announce themselves, and comes back. */
class CrashIT {

    private static final int NODES = 3_000;
    private static final int SOME = 300;
    private static final Duration ALL = Duration.ofMinutes(4);

    private static Registry registry;
    private static String topic;
    private static ConsumerGroup group;

    @BeforeAll
    static void prepareRegistry() {
        // small batches, so that there is a middle to be caught in
        SeparateRegistry separate = SeparateRegistry.on(Backends.shared(), "crash", Map.of(
                "REGISTRY_INTAKE_BATCH_SIZE", "50",
                // of what is counted here nothing is to be read twice because the machine stood still
                "MP_MESSAGING_INCOMING_NODE_EVENTS_SESSION_TIMEOUT_MS", "30000"));
        registry = separate.replica("liberty");
        topic = registry.topic(Registry.INTROSPECTION);
        group = separate.group();
    }

    @AfterAll
    static void stopRegistry() {
        registry.liberty().kill();
    }

    /** For the long form: WritePathCrashIT kills it at places of which each might lose something. */
    @Tag("chaos")
    @Test
    void losesNothingWhenItIsKilledInTheMiddle() {
        registry.liberty().start();
        String prefix = Registry.uniqueId("killed");
        Map<String, Future<RecordMetadata>> sent = announce(prefix);
        awaitSomeOf(prefix);

        whileMoreCome(prefix, sent, registry.liberty()::kill);

        assertThat(rows(prefix)).as("rows there when it was killed").hasSizeBetween(SOME, sent.size() - 1);
        sent.values().forEach(Broker::confirmed);
        registry.liberty().start();
        awaitAllInBothStores(prefix, sent.keySet());
        assertThat(registry.deadLetters(topic)).isEmpty();
    }

    @Test
    void finishesWhatItHasBegunWhenItIsStopped() {
        registry.liberty().start();
        PlainNode cordoned = cordoned();
        String prefix = Registry.uniqueId("stopped");
        Map<String, Future<RecordMetadata>> sent = announce(prefix);
        awaitSomeOf(prefix);

        long toldAt = System.nanoTime();
        whileMoreCome(prefix, sent, registry.liberty()::stop);

        assertThat(Duration.ofNanos(System.nanoTime() - toldAt)).isLessThan(Duration.ofSeconds(90));
        assertThat(registry.liberty().exitCode()).as("exit code, 137 when it had to be killed").hasValue(143);
        Set<String> applied = rows(prefix).keySet();
        assertThat(applied).hasSizeBetween(SOME, sent.size() - 1);
        assertThat(applied).as("what is applied is committed, and the reverse").isEqualTo(committedOf(sent));
        assertThat(services(prefix)).as("what is in PostgreSQL is in Consul").isEqualTo(applied);

        registry.liberty().start();
        awaitAllInBothStores(prefix, sent.keySet());
        Metrics metrics = Metrics.of(registry);
        assertThat(metrics.value("registry_registrations_total{outcome=\"created\",store=\"postgres\"}"))
                .as("what was not applied before, and nothing twice")
                .isEqualTo(sent.size() - applied.size());
        assertThat(metrics.value("registry_registrations_total{outcome=\"unchanged\",store=\"postgres\"}")).isZero();
        assertThat(metrics.value("registry_registrations_total{outcome=\"updated\",store=\"postgres\"}")).isZero();
        assertThat(metrics.value("registry_registrations_total{outcome=\"stale\",store=\"postgres\"}")).isZero();
        staysCordoned(cordoned);
    }

    private static PlainNode cordoned() {
        PlainNode node = PlainNode.unique("cordoned");
        // the schema may not be there yet
        eventually().until(() -> registry.post("/api/v1/registrations", node.payload()).status() < 300);
        eventually().until(() -> registry.cordon(node.id(), "disk is failing").status() < 300);
        eventually().until(() -> isCritical(node));
        return node;
    }

    /** In both stores and for callers, and regardless of what it announces to the process that has started since. */
    private static void staysCordoned(PlainNode node) {
        assertThat(registry.row(node.id()).orElseThrow().path("cordon_reason").textValue())
                .isEqualTo("disk is failing");
        assertThat(isCritical(node)).isTrue();

        ObjectNode changed = node.payload();
        changed.withObject("/metadata").put("version", "2.0.0");
        assertThat(registry.post("/api/v1/registrations", changed).status()).isBetween(200, 202);

        eventually().untilAsserted(() -> assertThat(
                registry.consulService(node.id()).orElseThrow().meta()).containsEntry("version", "2.0.0"));
        assertThat(isCritical(node)).isTrue();
        JsonNode shown = registry.get("/api/v1/registrations/" + node.id()).json();
        assertThat(shown.at("/cordon/reason").textValue()).isEqualTo("disk is failing");
        assertThat(shown.at("/cordon/by").textValue()).isEqualTo("user:operator");
        eventually().untilAsserted(() -> assertThat(registry.get("/api/v1/route?preview=true").json()
                .at("/left_out/cordoned").intValue()).isEqualTo(1));
    }

    private static boolean isCritical(PlainNode node) {
        return registry.consulService(node.id())
                .filter(service -> service.status().equals("critical")
                        && service.check().path("Output").asText().endsWith("cordoned: disk is failing"))
                .isPresent();
    }

    private static Map<String, Future<RecordMetadata>> announce(String prefix) {
        Map<String, Future<RecordMetadata>> sent = new ConcurrentHashMap<>();
        PlainNode.many(prefix, NODES).forEach(node -> announce(node, sent));
        return sent;
    }

    private static void announce(PlainNode node, Map<String, Future<RecordMetadata>> sent) {
        sent.put(
                node.id(),
                registry.broker().send(new ProducerRecord<>(
                        topic, Json.utf8(node.payload().path("node_id")), node.introduction())));
    }

    /** So that it ends in the middle, even where it is done with all that came before by the time it is told to. */
    private static void whileMoreCome(String prefix, Map<String, Future<RecordMetadata>> sent, Runnable end) {
        AtomicInteger number = new AtomicInteger(NODES);
        ScheduledExecutorService more = Executors.newSingleThreadScheduledExecutor();
        more.scheduleAtFixedRate(
                () -> announce(new PlainNode(prefix + "-" + number.getAndIncrement()), sent), 0, 20,
                TimeUnit.MILLISECONDS);
        try {
            end.run();
        } finally {
            more.shutdown();
        }
        eventually().until(more::isTerminated);
        // one that comes after its end in any case
        announce(new PlainNode(prefix + "-" + number.getAndIncrement()), sent);
    }

    private static void awaitSomeOf(String prefix) {
        // the table may not be there yet
        eventually().pollInterval(Duration.ofMillis(20)).ignoreExceptions().until(() -> rows(prefix).size() >= SOME);
    }

    private static void awaitAllInBothStores(String prefix, Set<String> nodeIds) {
        eventually().atMost(ALL).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            assertThat(group.lag()).isZero();
            assertThat(services(prefix)).hasSameSizeAs(nodeIds);
        });
        assertThat(services(prefix)).isEqualTo(nodeIds);
        assertThat(rows(prefix).keySet()).isEqualTo(nodeIds);
        eventually().pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(rows(prefix).values()).allSatisfy(row -> {
                    assertThat(row.path("status").textValue()).isEqualTo("active");
                    // a second is a write to Consul whose answer came too late, and that was sent again
                    assertThat(row.path("revision").intValue()).as("changes").isBetween(1, 2);
                    assertThat(row.path("pending").booleanValue()).as("pending").isFalse();
                }));
    }

    private static Set<String> committedOf(Map<String, Future<RecordMetadata>> sent) {
        Map<TopicPartition, Long> committed = group.committed();
        return sent.entrySet().stream()
                .filter(node -> {
                    RecordMetadata place = Broker.confirmed(node.getValue());
                    return place.offset() < committed.get(new TopicPartition(place.topic(), place.partition()));
                })
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private static Map<String, JsonNode> rows(String prefix) {
        return registry.stores().rowsOf(prefix);
    }

    private static Set<String> services(String prefix) {
        return registry.stores().consulServices().keySet().stream()
                .filter(id -> id.startsWith(prefix))
                .collect(Collectors.toSet());
    }
}
