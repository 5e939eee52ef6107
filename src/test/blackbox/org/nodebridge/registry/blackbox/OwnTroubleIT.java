// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.nodebridge.registry.servers.FakeClock;
import org.nodebridge.registry.servers.KafkaTopics;
import org.nodebridge.registry.servers.SharedAdmin;

/**
 * Trouble of the registry's own, of which no node may die: a replica's clock that is wrong from the start and then
 * jumps (by libfaketime, for its process alone), and another program in its consumer group.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OwnTroubleIT {

    private static final Duration BEAT = Duration.ofSeconds(2);
    private static final int BEHIND = -120;
    private static final int AHEAD = 120;

    private static FakeClock clock;
    private static Registry registry;
    private static LeaseEvidence evidence;
    private static LeasedFleet fleet;
    private static Held held;

    @BeforeAll
    static void startWithAClockThatIsBehind() throws IOException {
        clock = FakeClock.needed(Backends.emptyDirectory("own-trouble-clock"));
        clock.set(BEHIND);
        SeparateRegistry separate = SeparateRegistry.on(Backends.shared(), "own-trouble", Map.of(
                "REGISTRY_LEASE_TTL", "PT25S", // longer than it takes to notice another program on a busy machine
                "REGISTRY_LEASE_INTERVAL", "PT1S",
                "REGISTRY_LEASE_FLUSH_INTERVAL", "PT0.5S",
                "REGISTRY_LEASE_SUSPECT_TIME", "PT4S",
                "REGISTRY_LEASE_LAG_LIMIT", "PT10S", // less than a lease, so that one ends only where nothing is behind
                "REGISTRY_PROBE_INTERVAL", "PT1S",
                "REGISTRY_PROBE_TIMEOUT", "PT4S",
                // it is not to be this that keeps them
                "REGISTRY_PRESERVATION_LEAST", "1000"));
        letDeadLettersReplaceEachOther(separate.topic(Registry.INTROSPECTION + ".dlq"));
        registry = separate.with(clock.environment()).replica("liberty");
        registry.liberty().start();
        evidence = new LeaseEvidence(registry.stores());
        fleet = LeasedFleet.of(registry, "effect", "clock", 10).introduced().beating(BEAT);
        evidence.awaitPassing(fleet);
        held = Held.before(registry);
    }

    @AfterEach
    void nothingStaysHeld() {
        held.isLetGoBy(registry);
    }

    @AfterAll
    static void stop() {
        if (fleet != null) {
            fleet.close();
        }
        if (registry != null) {
            registry.liberty().kill();
        }
    }

    private static void letDeadLettersReplaceEachOther(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        AlterConfigOp compact =
                new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET);
        SharedAdmin.of(Backends.shared().bootstrapServers())
                .incrementalAlterConfigs(Map.of(resource, List.of(compact)));
    }

    @Test
    @Order(0)
    void saysWhichSettingOfATopicVoidsAGuaranteeAndStartsAllTheSame() {
        eventually().untilAsserted(() -> {
            JsonNode kafka = Health.checks(registry).get("kafka");
            assertThat(kafka.path("status").asText()).isEqualTo("UP");
            assertThat(kafka.at("/data/state").asText()).isEqualTo("degraded");
            assertThat(kafka.at("/data/message").asText())
                    .contains("own-trouble.node-introspection.v1.dlq", "cleanup.policy=compact");
        });
        Verdict.await(registry, "fair", "degraded");
    }

    @Test
    @Order(1)
    void expiresDeadNodesAndNoLivingOnesForAnyClockOfTheReplica() throws IOException {
        List<String> dead = fleet.first(2);
        awaitSkew(BEHIND);
        eventually().untilAsserted(() -> assertThat(
                Health.checks(registry).get("postgres").at("/data/message").asText()).contains("behind PostgreSQL"));
        Verdict.await(registry, "fair", "clock_skew");

        fleet.freeze(dead.subList(0, 1));

        evidence.awaitExpired("effect", dead.subList(0, 1), "lease_expired");
        evidence.neverInDoubt(fleet, fleet.without(dead));

        clock.set(AHEAD);
        awaitSkew(AHEAD);
        assertThat(registry.get("/health/live").status()).isEqualTo(200);
        fleet.freeze(dead.subList(1, 2));

        evidence.awaitExpired("effect", dead.subList(1, 2), "lease_expired");
        evidence.neverInDoubt(fleet, fleet.without(dead));
    }

    @Test
    @Order(2)
    void expiresNobodyWhileAnotherProgramConsumesForTheGroup() throws Exception {
        List<String> living = fleet.ids().subList(2, fleet.ids().size());
        CountDownLatch enough = new CountDownLatch(1);
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> consumeUntil(enough));
        try {
            eventually().untilAsserted(() -> {
                JsonNode kafka = Health.checks(registry).get("kafka");
                assertThat(kafka.at("/data/state").asText()).isEqualTo("degraded");
                assertThat(kafka.at("/data/message").asText())
                        .contains("no replica of this registry consumes", "held by another-program");
                assertThat(registry.get("/api/v1/preservation").json().toString()).contains("no replica consumes");
            });
            Verdict.await(registry, "fair", "foreign_consumer", "expiry_blocked");
            // of those whose heartbeats the other program reads, long enough for the lease to have ended
            eventually().untilAsserted(() -> assertThat(registry.stores()
                    .query("SELECT 1 FROM tool_registrations WHERE status = 'active'"
                            + " AND lease_expires_at < now() - interval '5 seconds'"))
                    .isNotEmpty());
        } finally {
            enough.countDown();
            other.get(2, TimeUnit.MINUTES);
        }

        eventually().untilAsserted(() -> assertThat(registry.stores()
                .query("SELECT 1 FROM tool_registrations WHERE status = 'active' AND lease_expires_at > now()"))
                .hasSize(living.size()));
        evidence.neverInDoubt(fleet, living);
    }

    /** The new topic is longer than the old one was before the consumer looks, or Kafka's client would find it out. */
    @Test
    @Order(3)
    void losesNoNodeOfATopicThatIsDeletedAndCreatedAgainAtOnce() {
        String topic = registry.topic(Registry.INTROSPECTION);
        introduce(topic, "old", 200);
        eventually().untilAsserted(() -> assertThat(registered("old")).isEqualTo(200));

        registry.liberty().suspend();
        try {
            registry.broker().delete(topic);
            KafkaTopics.create(Backends.shared().bootstrapServers(), Map.of(topic, 6));
            introduce(topic, "new", 500);
        } finally {
            registry.liberty().resume();
        }
        Gap gap = Gap.of("A topic was deleted and created again: until all 500 nodes of the new one are registered");

        eventually().untilAsserted(() -> assertThat(registered("new")).isEqualTo(500));
        gap.ended();
        assertThat(registered("old")).isEqualTo(200);
        // of this topic alone: the fleet beats in step with the probe, whose look can find a round of it each time
        eventually().untilAsserted(() -> assertThat(Metrics.of(registry).samples())
                .containsEntry("registry_consumer_lag{topic=\"" + topic + "\"}", 0.0));
        // partition by partition, as each is looked at
        eventually().untilAsserted(() -> assertThat(registry.stores().query("SELECT DISTINCT topic_id FROM"
                + " consumed_partitions WHERE topic = '" + topic + "'")).hasSize(1));

        List<String> dead = fleet.ids().subList(2, 3);
        fleet.freeze(dead);
        evidence.awaitExpired("effect", dead, "lease_expired");
    }

    private static void introduce(String topic, String prefix, int nodes) {
        List<Future<RecordMetadata>> sent = PlainNode.many(prefix, nodes)
                .map(node -> registry.broker().send(new ProducerRecord<>(topic, 3, null, node.introduction())))
                .toList();
        sent.forEach(Broker::confirmed);
    }

    private static int registered(String prefix) {
        return registry.stores()
                .query("SELECT 1 FROM tool_registrations WHERE tool_id LIKE '" + prefix + "%'")
                .size();
    }

    private static void consumeUntil(CountDownLatch enough) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", Backends.shared().bootstrapServers(), "group.id", "own-trouble",
                        "client.id", "another-program"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of("own-trouble." + Registry.HEARTBEAT, "own-trouble." + Registry.INTROSPECTION));
            while (enough.getCount() > 0) {
                consumer.poll(Duration.ofMillis(200));
                try {
                    consumer.commitSync();
                } catch (CommitFailedException | RebalanceInProgressException e) {
                    continue; // the group is being rebalanced, and the next poll joins it again
                }
            }
        }
    }

    private static void awaitSkew(int seconds) {
        eventually().untilAsserted(() -> {
            JsonNode replica = registry.get("/api/v1/cluster").json().at("/replicas/0");
            assertThat(replica.path("clock_skew_seconds").asDouble()).isCloseTo(seconds, Offset.offset(5.0));
            assertThat(Metrics.of(registry).value("registry_clock_skew_seconds"))
                    .isCloseTo(seconds, Offset.offset(5.0));
        });
        eventually().untilAsserted(() -> assertThat(Health.checks(registry).get("postgres").at("/data/state").asText())
                .isEqualTo("degraded"));
    }
}
