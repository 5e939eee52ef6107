// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.nodebridge.registry.blackbox.HealthEndpoints.State;

/**
 * Nodes of one type and region, a cohort, that live as a test lets them: they introduce themselves by Kafka, send
 * heartbeats all at once, so that their leases end together, and answer when they are asked for their health. Close it,
 * or its heartbeats go on.
 */
final class LeasedFleet implements AutoCloseable {

    private final Registry registry;
    private final Broker heartbeats;
    private final String type;
    private final String region;
    private final boolean answering;
    private final List<String> ids;
    private final Set<String> beating = ConcurrentHashMap.newKeySet();
    private final HealthEndpoints endpoints = new HealthEndpoints();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private volatile Future<RecordMetadata> lastBeat;

    private LeasedFleet(Registry registry, String type, String region, List<String> ids, boolean answering) {
        this.registry = registry;
        this.heartbeats = registry.broker().impatient();
        this.type = type;
        this.region = region;
        this.answering = answering;
        this.ids = ids;
    }

    /** Nodes that have a health endpoint each. */
    static LeasedFleet of(Registry registry, String type, String region, int size) {
        return new LeasedFleet(registry, type, region, named(region, size), true);
    }

    /** The same with ids as nodes of core have them, which alone can say that they will be back. */
    static LeasedFleet ofCore(Registry registry, String type, String region, int size) {
        List<String> ids = Stream.generate(() -> UUID.randomUUID().toString()).limit(size).toList();
        return new LeasedFleet(registry, type, region, ids, true);
    }

    /** Nodes that cannot be asked for their health. */
    static LeasedFleet withoutEndpoints(Registry registry, String type, String region, int size) {
        return new LeasedFleet(registry, type, region, named(region, size), false);
    }

    private static List<String> named(String region, int size) {
        String prefix = Registry.uniqueId(region);
        return IntStream.range(0, size).mapToObj(number -> prefix + "-" + number).toList();
    }

    /** Introduces the nodes and returns when Kafka has confirmed that. */
    LeasedFleet introduced() {
        ids.forEach(id -> endpoints.set(id, State.WELL));
        List<byte[]> introductions = ids.stream().map(id -> introduction(id, Instant.now())).toList();
        introductions.stream()
                .map(introduction -> registry.broker().send(record(Registry.INTROSPECTION, introduction)))
                .toList()
                .forEach(Broker::confirmed);
        return this;
    }

    /** Lets them send heartbeats from now on, as long as they live; nobody waits for Kafka to confirm them. */
    LeasedFleet beating(Duration every) {
        beating.addAll(ids);
        clock.scheduleAtFixedRate(this::beat, 0, every.toMillis(), TimeUnit.MILLISECONDS);
        return this;
    }

    List<String> ids() {
        return ids;
    }

    String type() {
        return type;
    }

    String region() {
        return region;
    }

    /** The first nodes of them. */
    List<String> first(int number) {
        return ids.subList(0, number);
    }

    /** All but those. */
    List<String> without(Collection<String> some) {
        return ids.stream().filter(id -> !some.contains(id)).toList();
    }

    /** No heartbeats any more, and a probe gets the answer that the node is down. */
    void kill(Collection<String> some) {
        silence(some);
        some.forEach(id -> endpoints.set(id, State.DOWN));
    }

    /** No heartbeats any more, and a probe gets no answer. */
    void freeze(Collection<String> some) {
        silence(some);
        some.forEach(id -> endpoints.set(id, State.FROZEN));
    }

    /** No heartbeats any more, while the node answers as before. */
    void silence(Collection<String> some) {
        synchronized (beating) {
            beating.removeAll(some);
        }
    }

    /** Heartbeats again, and good answers. */
    void wake(Collection<String> some) {
        some.forEach(id -> endpoints.set(id, State.WELL));
        beating.addAll(some);
    }

    /** They depart in order, and are silent. */
    void leave(Collection<String> some) {
        silence(some);
        some.forEach(id -> publish(Registry.INTROSPECTION, node(id).departure(Instant.now())));
    }

    /** A node says, as nodes of core do, that it will be back after a while; it is silent. */
    void drain(String id, Duration delay) {
        silence(List.of(id));
        ObjectNode shutdown = Json.object("{'event_type': 'node_shutdown_event', 'shutdown_reason': 'maintenance',"
                + " 'final_status': 'stopping', 'restart_expected': true}");
        shutdown.put("node_id", id)
                .put("event_id", UUID.randomUUID().toString())
                .put("timestamp", Instant.now().toString())
                .put("restart_delay_seconds", delay.toSeconds());
        publish(Registry.INTROSPECTION, Json.utf8(shutdown));
    }

    /** A node introduces itself again, as of that time. */
    void introduce(String id, Instant time) {
        publish(Registry.INTROSPECTION, introduction(id, time));
    }

    /** Where its last round of heartbeats ends in Kafka. */
    RecordMetadata lastHeartbeat() {
        return Broker.confirmed(lastBeat);
    }

    /** A heartbeat of its own accord. */
    void beat(String id, String healthStatus) {
        publish(Registry.HEARTBEAT, node(id).heartbeat(Instant.now(), healthStatus));
    }

    /** How often the node has been asked for its health. */
    int asked(String id) {
        return endpoints.asked(id);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        endpoints.close();
    }

    private void beat() {
        synchronized (beating) {
            // the same partition, so that they are received together
            List<String> now = new ArrayList<>(beating);
            now.forEach(id -> lastBeat = heartbeats.send(
                    record(Registry.HEARTBEAT, node(id).heartbeat(Instant.now(), "healthy"))));
        }
    }

    private byte[] introduction(String id, Instant time) {
        ObjectNode payload = Json.object("{'capabilities': {'stamp': {}}, 'metadata': {'version': '1.2.3'}}");
        payload.put("node_id", id).put("node_type", type).put("timestamp", time.toString());
        ((ObjectNode) payload.path("metadata")).put("region", region);
        ObjectNode places = payload.putObject("endpoints").put("api", "http://127.0.0.1:9/api");
        if (answering) {
            places.put("health", endpoints.url(id));
        }
        ObjectNode envelope = (ObjectNode) Json.parse(new String(new PlainNode(id).introduction(payload), UTF_8));
        return Json.utf8(envelope.put("event_timestamp", time.toString()));
    }

    private FleetNode node(String id) {
        return new FleetNode(id, type, FleetNode.Dialect.BRIDGE, 0);
    }

    private void publish(String topic, byte[] value) {
        registry.broker().publish(record(topic, value));
    }

    private ProducerRecord<byte[], byte[]> record(String topic, byte[] value) {
        return new ProducerRecord<>(registry.topic(topic), 0, null, value);
    }
}
