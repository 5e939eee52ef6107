// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.nodebridge.registry.model.EventStream;
import org.nodebridge.registry.model.Fold;
import org.nodebridge.registry.model.ModelEvent;
import org.nodebridge.registry.model.Scatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A registry that ends at each named point of its write path, with events coming in, and that starts again. */
class WritePathCrashIT {

    private static final Logger LOG = LoggerFactory.getLogger(WritePathCrashIT.class);
    private static final String NAME = "crash-points";
    private static final int EVENTS = 1_500;
    private static final int NODES = 300;
    private static final int POISON_EVERY = 100;
    private static final int PARTITIONS = 6;

    private static final long SEED = Long.getLong("model.seed", System.nanoTime());

    private static final Fold FOLD = new Fold();
    private static final Set<String> POISON = new LinkedHashSet<>();

    private static Registry registry;
    private static Path directory;
    private static ConsumerGroup group;
    private static EventStream stream;

    @BeforeAll
    static void startRegistry() {
        LOG.atInfo().addKeyValue("model.seed", SEED).log("The seed of this run");
        stream = new EventStream(SEED, Registry.uniqueId("crash"), NODES);
        directory = Backends.emptyDirectory(NAME + "/liberty");
        // batches of more than one transaction, of which one is done after the other
        SeparateRegistry separate = SeparateRegistry.on(Backends.shared(), NAME, Map.of(
                "JVM_ARGS", CrashPoint.prepare(directory),
                "REGISTRY_INTAKE_BATCH_SIZE", "100",
                "REGISTRY_CONSUL_TRANSACTIONS", "1",
                "REGISTRY_LEASE_TTL", "PT2H",
                // nothing changes by itself while the stores are compared
                "REGISTRY_DAMPING_TIME", "PT2H"));
        registry = separate.replica(directory);
        group = separate.group();
        registry.liberty().start();
    }

    @AfterAll
    static void stopRegistry() {
        registry.liberty().kill();
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = {"AFTER_DECODE", "AFTER_THE_COMMIT", "AFTER_THE_CONFIRMATION"})
    void losesAndDoublesNothingWhenItDies(CrashPoint point) {
        dieAndComeBack(point);
    }

    /** The neighbours of the others, for the long form. */
    @Tag("chaos")
    @ParameterizedTest
    @EnumSource(mode = Mode.INCLUDE, names = {"AFTER_DECODE", "AFTER_THE_COMMIT", "AFTER_THE_CONFIRMATION"})
    void losesAndDoublesNothingWhenItDiesElsewhere(CrashPoint point) {
        dieAndComeBack(point);
    }

    @Test
    void isNeitherLiveNorReadyOnceItsChannelHasEndedAndLosesNothingByARestart() throws IOException {
        eventually().untilAsserted(() -> assertThat(registry.get("/health/ready").status()).isEqualTo(200));
        Path end = Files.createFile(CrashPoint.channelEnd(directory));
        ModelEvent event = stream.next(Instant.now().minus(Duration.ofMinutes(1)));
        FOLD.add(event);
        Broker.confirmed(registry.broker().send(new ProducerRecord<>(
                registry.topic(event.topic()), 0, null, event.value())));

        try {
            for (String check : List.of("/health/live", "/health/ready")) {
                eventually().untilAsserted(() -> {
                    Answer answer = registry.get(check);
                    assertThat(answer.status()).isEqualTo(503);
                    assertThat(answer.body()).contains("the channel ").doesNotContain("by the test");
                });
            }
        } finally {
            Files.delete(end);
            registry.liberty().kill();
            registry.liberty().start();
        }
        eventually().untilAsserted(() -> {
            assertThat(registry.get("/health/live").status()).isEqualTo(200);
            assertThat(group.lag()).isZero();
            assertThat(registry.stores().pendingForConsul()).isZero();
        });
        Agreement.of(FOLD, registry.stores()).assertComplete(SEED);
    }

    private static void dieAndComeBack(CrashPoint point) {
        eventually().untilAsserted(() -> assertThat(registry.get("/health/ready").status()).isEqualTo(200));
        point.arm(directory);

        // while nothing is read: of a test that is slow to send there would be batches too small for some points
        registry.liberty().suspend();
        try {
            announce().forEach(Broker::confirmed);
        } finally {
            registry.liberty().resume();
        }

        assertThat(registry.liberty().awaitExit(Duration.ofMinutes(3))).as("exit code").hasValue(CrashPoint.EXIT_CODE);
        assertThat(point.wasReached(directory)).as("whether it ended at %s", point).isTrue();
        assertThat(group.lag()).as("records it left").isPositive();

        registry.liberty().start();
        eventually().atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
            assertThat(group.lag()).as("records not committed").isZero();
            assertThat(registry.stores().pendingForConsul()).as("rows pending for Consul").isZero();
        });
        Agreement.of(FOLD, registry.stores()).assertComplete(SEED);
        // a dead letter may be there twice, as it is confirmed before its record is acknowledged
        assertThat(deadLetters()).as("dead letters").isEqualTo(POISON);
    }

    /** Sends what the nodes say next, with poison in between. */
    private static List<Future<RecordMetadata>> announce() {
        List<ModelEvent> events = new ArrayList<>();
        Instant begin = Instant.now().minus(Duration.ofHours(1));
        for (int i = 0; i < EVENTS; i++) {
            events.add(stream.next(begin.plusMillis(i)));
        }
        events.forEach(FOLD::add);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (Scatter one : Scatter.of(events, PARTITIONS, SEED)) {
            if (sent.size() % POISON_EVERY == 0) {
                String poison = "{no JSON " + POISON.size();
                POISON.add(poison);
                sent.add(registry.broker().send(new ProducerRecord<>(
                        registry.topic(Registry.INTROSPECTION), one.partition(), null, poison.getBytes(UTF_8))));
            }
            sent.add(registry.broker().send(new ProducerRecord<>(
                    registry.topic(one.event().topic()), one.partition(), null, one.event().value())));
        }
        return sent;
    }

    private static Set<String> deadLetters() {
        return registry.deadLetters(registry.topic(Registry.INTROSPECTION)).stream()
                .map(letter -> new String(letter.value(), UTF_8))
                .collect(Collectors.toSet());
    }
}
