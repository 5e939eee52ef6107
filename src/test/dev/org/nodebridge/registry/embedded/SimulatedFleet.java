// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Nodes that announce themselves, answer requests, send heartbeats, change, leave and come back, over real Kafka with
 * one producer for all. Lives on through an outage of the broker; what it says meanwhile may be lost, like heartbeats.
 */
public final class SimulatedFleet {

    private static final String INTROSPECTION_TOPIC = "node-introspection.v1";
    private static final String HEARTBEAT_TOPIC = "node-heartbeat.v1";

    private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(5);
    private static final Duration CHANGE_INTERVAL = Duration.ofSeconds(15);
    private static final Duration LEAVE_INTERVAL = Duration.ofSeconds(40);
    private static final Duration ABSENCE = Duration.ofSeconds(8);

    private final FleetEndpoint endpoint;
    private final List<SimulatedNode> nodes;
    private final KafkaProducer<byte[], byte[]> producer;
    private final IntrospectionRequests requests;
    // everything that touches a node happens on the one thread of this
    private final ScheduledExecutorService life = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService listening = Executors.newSingleThreadExecutor();

    /** A fleet of the given size; says nothing before {@link #start()}. The topics must exist. */
    public SimulatedFleet(String bootstrapServers, int size) {
        try {
            endpoint = new FleetEndpoint();
        } catch (IOException e) {
            throw new UncheckedIOException("the fleet's health endpoint does not start", e);
        }
        // the clock makes the epochs of every run higher than those of the run before
        long epoch = Instant.now().getEpochSecond();
        nodes = IntStream.range(0, size)
                .mapToObj(number -> new SimulatedNode(number, endpoint.url(), epoch))
                .toList();
        producer = new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.LINGER_MS_CONFIG, 5,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        requests = new IntrospectionRequests(bootstrapServers);
    }

    /** Every node announces itself, and from then on lives. */
    public void start() {
        life.execute(() -> nodes.forEach(this::arrive));
        long step = HEARTBEAT_INTERVAL.toMillis() / Math.max(1, nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            SimulatedNode node = nodes.get(i);
            every(HEARTBEAT_INTERVAL, step * (i + 1), () -> beat(node));
        }
        every(CHANGE_INTERVAL, CHANGE_INTERVAL.toMillis(), () -> withAnyPresent(this::change));
        every(LEAVE_INTERVAL, LEAVE_INTERVAL.toMillis(), () -> withAnyPresent(this::leaveForAWhile));
        listening.execute(() -> requests.readTo(request -> life.execute(() -> answer(request))));
    }

    /** Every node says goodbye and the fleet is gone; takes a few seconds at most, even without the broker. */
    public void stop() {
        requests.stop();
        listening.shutdown();
        life.execute(() -> nodes.stream().filter(SimulatedNode::isPresent).forEach(this::leave));
        life.shutdown();
        try {
            life.awaitTermination(5, TimeUnit.SECONDS);
            listening.awaitTermination(3, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        life.shutdownNow();
        producer.close(Duration.ofSeconds(3));
        endpoint.close();
    }

    private void arrive(SimulatedNode node) {
        node.arrive(Instant.now());
        endpoint.show(node.id());
        send(INTROSPECTION_TOPIC, node.id(), node.introspection("startup", newId(), Instant.now()));
    }

    private void leave(SimulatedNode node) {
        send(INTROSPECTION_TOPIC, node.id(), node.departure(Instant.now()));
        node.leave();
        endpoint.hide(node.id());
    }

    private void leaveForAWhile(SimulatedNode node) {
        leave(node);
        life.schedule(guarded(() -> arrive(node)), ABSENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void beat(SimulatedNode node) {
        if (node.isPresent()) {
            send(HEARTBEAT_TOPIC, node.id(), node.heartbeat(Instant.now()));
        }
    }

    private void change(SimulatedNode node) {
        if (ThreadLocalRandom.current().nextInt(3) == 0) {
            node.changeHealth();
        } else {
            node.changeCapability();
            send(INTROSPECTION_TOPIC, node.id(), node.introspection("capability_change", newId(), Instant.now()));
        }
    }

    private void answer(IntrospectionRequests.Request request) {
        String correlationId = request.correlationId();
        nodes.stream()
                .filter(SimulatedNode::isPresent)
                .filter(node -> request.asks(node.type()))
                // nodes key an answer by the request, so one node's events lie on several partitions
                .forEach(node -> send(
                        INTROSPECTION_TOPIC,
                        correlationId,
                        node.introspection("request", correlationId, Instant.now())));
    }

    private void withAnyPresent(Consumer<SimulatedNode> action) {
        List<SimulatedNode> present = nodes.stream().filter(SimulatedNode::isPresent).toList();
        if (!present.isEmpty()) {
            action.accept(present.get(ThreadLocalRandom.current().nextInt(present.size())));
        }
    }

    private void send(String topic, String key, ObjectNode record) {
        byte[] value = record.toString().getBytes(StandardCharsets.UTF_8);
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
    }

    private void every(Duration interval, long firstAfterMs, Runnable action) {
        life.scheduleAtFixedRate(guarded(action), firstAfterMs, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A scheduled action that throws is never run again; an unavailable broker is no reason for that. */
    private static Runnable guarded(Runnable action) {
        return () -> {
            try {
                action.run();
            } catch (RuntimeException e) {
                System.err.println("fleet: " + e.getMessage());
            }
        };
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }
}
