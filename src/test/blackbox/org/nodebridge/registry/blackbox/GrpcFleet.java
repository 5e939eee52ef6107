// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.nodebridge.registry.servers.FreePorts;

/**
 * Nodes of one type that answer gRPC's health checks and count them. They are one server that listens at many addresses
 * of the loopback network, so that there may be hundreds.
 */
final class GrpcFleet implements AutoCloseable {

    private static final AtomicInteger NETWORKS = new AtomicInteger();

    /** @param id as nodes of core have them, which alone can say that they will be back */
    record GrpcNode(String id, InetSocketAddress address) {}

    private final Registry registry;
    private final String type;
    private final List<GrpcNode> nodes;
    private final Server server;
    private final Map<SocketAddress, LongAdder> calls = new ConcurrentHashMap<>();

    private GrpcFleet(Registry registry, String type, int size) {
        this.registry = registry;
        this.type = type;
        int port = FreePorts.one();
        int network = NETWORKS.incrementAndGet();
        this.nodes = IntStream.range(0, size)
                .mapToObj(number -> new GrpcNode(UUID.randomUUID().toString(), new InetSocketAddress(
                        "127." + (10 + network) + "." + number / 250 + "." + (1 + number % 250), port)))
                .toList();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                nodes.get(0).address(), InsecureServerCredentials.create());
        nodes.stream().skip(1).forEach(node -> builder.addListenAddress(node.address()));
        try {
            server = builder.addService(new HealthStatusManager().getHealthService())
                    .intercept(new Counting())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nodes that listen and that nobody has heard of. */
    static GrpcFleet listening(Registry registry, String type, int size) {
        return new GrpcFleet(registry, type, size);
    }

    List<GrpcNode> nodes() {
        return nodes;
    }

    String type() {
        return type;
    }

    /** As {@link RawAds#address} has them. */
    static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** How many calls the node has answered since the last reset. */
    long calls(GrpcNode node) {
        return calls.getOrDefault(node.address(), new LongAdder()).sum();
    }

    void resetCalls() {
        calls.clear();
    }

    /** All nodes announce themselves by Kafka, each in the region, and Kafka confirms it. */
    void announce(String region) {
        List<Future<RecordMetadata>> sent = nodes.stream()
                .map(node -> registry.broker().send(record(Registry.INTROSPECTION, introduction(node, region))))
                .toList();
        sent.forEach(Broker::confirmed);
    }

    /** One node announces itself by Kafka, and how much it can do beside others. */
    void weighs(GrpcNode node, double weight) {
        ObjectNode payload = payload(node.id(), "api", "http://" + text(node.address()), "");
        payload.withObject("/metadata").put("weight", weight);
        publish(Registry.INTROSPECTION, new PlainNode(node.id()).introduction(payload));
    }

    /** A node of this type with that endpoint, which need not be one of these, announces itself. */
    void announce(String id, String endpoint, String url) {
        publish(Registry.INTROSPECTION, new PlainNode(id).introduction(payload(id, endpoint, url, "")));
    }

    /** What a node says about itself, for those who have to send it in another way. */
    byte[] introduction(GrpcNode node, String region) {
        return new PlainNode(node.id()).introduction(
                payload(node.id(), "api", "http://" + text(node.address()), region));
    }

    private ObjectNode payload(String id, String endpoint, String url, String region) {
        ObjectNode payload = Json.object("{'capabilities': {}}").put("node_id", id).put("node_type", type);
        payload.putObject("endpoints").put(endpoint, url);
        payload.putObject("metadata").put("region", region);
        return payload;
    }

    /** A heartbeat by Kafka with that state of health. */
    void beat(GrpcNode node, String healthStatus) {
        publish(Registry.HEARTBEAT, new PlainNode(node.id()).heartbeat(healthStatus));
    }

    /** A heartbeat by Kafka with that many operations that the node has to do. */
    void beat(GrpcNode node, int activeOperations) {
        publish(Registry.HEARTBEAT, new PlainNode(node.id()).heartbeat(activeOperations));
    }

    /** A node says that it will stop and be back, as nodes of core do. */
    void drain(GrpcNode node) {
        ObjectNode shutdown = Json.object("{'event_type': 'node_shutdown_event', 'shutdown_reason': 'maintenance',"
                + " 'final_status': 'stopping', 'restart_expected': true, 'restart_delay_seconds': 3600}");
        publish(Registry.INTROSPECTION, Json.utf8(shutdown.put("node_id", node.id())
                .put("event_id", UUID.randomUUID().toString())
                .put("timestamp", Instant.now().toString())));
    }

    void depart(String id) {
        publish(Registry.INTROSPECTION, new PlainNode(id).departure());
    }

    private void publish(String topic, byte[] value) {
        registry.broker().publish(record(topic, value));
    }

    private ProducerRecord<byte[], byte[]> record(String topic, byte[] value) {
        // in order
        return new ProducerRecord<>(registry.topic(topic), 0, null, value);
    }

    /** Its nodes depart, so that the next fleet of this type is alone. */
    @Override
    public void close() {
        stop();
        nodes.stream()
                .map(node -> registry.broker().send(
                        record(Registry.INTROSPECTION, new PlainNode(node.id()).departure())))
                .toList()
                .forEach(Broker::confirmed);
    }

    /** Its nodes answer no longer and say nothing of it. */
    void stop() {
        server.shutdownNow();
    }

    private final class Counting implements ServerInterceptor {

        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            calls.computeIfAbsent(call.getAttributes().get(Grpc.TRANSPORT_ATTR_LOCAL_ADDR), any -> new LongAdder())
                    .increment();
            return next.startCall(call, headers);
        }
    }
}
