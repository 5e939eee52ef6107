// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.model.EventStream;
import org.nodebridge.registry.model.Fold;
import org.nodebridge.registry.model.ModelEvent;
import org.nodebridge.registry.model.Scatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two replicas on six partitions, and thousands of events that come shuffled, doubled, late and on the wrong
 * partitions: what both stores hold in the end is the fold of the events. {@code -Dmodel.seed=…} repeats a run.
 */
class ModelIT {

    private static final Logger LOG = LoggerFactory.getLogger(ModelIT.class);
    private static final int EVENTS = 6_000;
    private static final int NODES = 50;
    private static final int PARTITIONS = 6;

    /** A time zone that is 45 minutes off, a lower case without a dot for I, and a charset with few characters. */
    private static final String ELSEWHERE =
            "-Duser.timezone=Pacific/Chatham -Duser.language=tr -Duser.country=TR -Dfile.encoding=ISO-8859-9";

    private static SeparateRegistry separate;
    private static List<Registry> replicas;

    @BeforeAll
    static void startReplicas() {
        separate = SeparateRegistry.on(Backends.shared(), "model", Map.of(
                "REGISTRY_INTAKE_BATCH_SIZE", "100",
                "REGISTRY_LEASE_TTL", "PT2H",
                // a replica that stands still keeps its partitions, as both are to have a part
                "MP_MESSAGING_INCOMING_NODE_EVENTS_SESSION_TIMEOUT_MS", Registry.BY_DEFAULT,
                // nothing changes by itself while the stores are compared
                "REGISTRY_DAMPING_TIME", "PT2H"));
        replicas = List.of(
                separate.replica("first"), separate.with(Map.of("JVM_ARGS", ELSEWHERE)).replica("second"));
        replicas.forEach(replica -> replica.liberty().launchOnly());
        replicas.forEach(replica -> replica.liberty().awaitOk("/health/started", Duration.ofMinutes(5)));
    }

    @AfterAll
    static void stopReplicas() {
        replicas.forEach(replica -> replica.liberty().kill());
    }

    @Test
    void bothStoresEqualTheFoldOfTheEventsInVersionOrder() {
        long seed = Long.getLong("model.seed", System.nanoTime());
        LOG.atInfo().addKeyValue("model.seed", seed).log("The seed of this run");
        List<ModelEvent> events = new EventStream(seed, Registry.uniqueId("model"), NODES).until(Instant.now(), EVENTS);
        Registry registry = replicas.get(0);
        awaitSharedPartitions();

        List<Future<RecordMetadata>> sent = Scatter.of(events, PARTITIONS, seed).stream()
                .map(one -> registry.broker().send(new ProducerRecord<>(
                        registry.topic(one.event().topic()), one.partition(), null, one.event().value())))
                .toList();
        sent.forEach(Broker::confirmed);

        Fold fold = Fold.of(events);
        ConsumerGroup group = separate.group();
        eventually().atMost(Duration.ofMinutes(8)).untilAsserted(() -> {
            assertThat(group.lag()).as("records not committed").isZero();
            assertThat(registry.stores().pendingForConsul()).as("rows pending for Consul").isZero();
        });
        // what the history could not take at once it gets within seconds
        eventually().untilAsserted(() -> Agreement.of(fold, registry.stores()).assertComplete(seed));
        assertThat(Stream.of(Registry.INTROSPECTION, Registry.HEARTBEAT)
                .flatMap(topic -> registry.deadLetters(registry.topic(topic)).stream()))
                .as("dead letters, seed %s", seed)
                .isEmpty();
        eventually().untilAsserted(() -> assertThat(replicas).as("replicas that had a part in it")
                .allSatisfy(replica -> assertThat(
                        Metrics.of(replica).value("registry_events_total{kind=\"heartbeat\",result=\"applied\"}"))
                        .isPositive()));
    }

    /** Only with both at work can they race each other. */
    private static void awaitSharedPartitions() {
        String partitions = "/components/kafka/details/assigned_partitions";
        eventually().atMost(Duration.ofMinutes(5)).untilAsserted(() -> assertThat(replicas).allSatisfy(
                replica -> assertThat(replica.get("/api/v1/health").json().at(partitions).intValue()).isEqualTo(6)));
    }
}
