// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Registers a node, sends its heartbeats, answers requests, and ends its registration. Runs in a thread of its own. */
final class AnnouncedNode implements Runnable {

    private final ObjectMapper json = new ObjectMapper();
    private final Instant start = Instant.now();
    private final String kafka;
    private final ObjectNode description;
    private final Duration heartbeatInterval;
    private volatile boolean ending;

    /**
     * @param kafka the brokers, such as {@code localhost:29092}
     * @param description the payload of the node's introspection event
     * @param heartbeatInterval a third of the lease time or less; 30 seconds suit the default of 90
     */
    AnnouncedNode(String kafka, ObjectNode description, Duration heartbeatInterval) {
        this.kafka = kafka;
        this.description = description;
        this.heartbeatInterval = heartbeatInterval;
    }

    @Override
    public void run() {
        StringSerializer text = new StringSerializer();
        StringDeserializer read = new StringDeserializer();
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka);
        // closing the producer sends what it still holds
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings, text, text);
                KafkaConsumer<String, String> requests = new KafkaConsumer<>(settings, read, read)) {
            // every node reads every request from now on, so it needs no consumer group
            List<TopicPartition> partitions = requests.partitionsFor("registry-request-introspection.v1").stream()
                    .map(each -> new TopicPartition(each.topic(), each.partition()))
                    .toList();
            requests.assign(partitions);
            requests.seekToEnd(partitions);
            partitions.forEach(requests::position); // looks the end up, before the node announces itself
            producer.send(introspection(null));
            Instant heartbeatAt = Instant.now().plus(heartbeatInterval);
            while (!ending) {
                for (ConsumerRecord<String, String> request : requests.poll(Duration.ofMillis(500))) {
                    answer(request.value(), producer);
                }
                if (Instant.now().isAfter(heartbeatAt)) {
                    producer.send(heartbeat());
                    heartbeatAt = Instant.now().plus(heartbeatInterval);
                }
            }
            producer.send(shutdown());
        }
    }

    /** From any thread: has it send the shutdown event. Join the thread before the process ends. */
    void end() {
        ending = true;
    }

    private void answer(String request, KafkaProducer<String, String> producer) {
        try {
            JsonNode envelope = json.readTree(request);
            JsonNode types = envelope.at("/payload/target_node_types");
            if (types.isEmpty() || types.valueStream().anyMatch(description.get("node_type")::equals)) {
                producer.send(introspection(envelope.path("correlation_id").textValue()));
            }
        } catch (JsonProcessingException e) {
            // not from the registry
        }
    }

    private ProducerRecord<String, String> introspection(String correlationId) {
        return event("node-introspection.v1", "NODE_INTROSPECTION", correlationId, description.deepCopy());
    }

    private ProducerRecord<String, String> heartbeat() {
        return event("node-heartbeat.v1", "NODE_HEARTBEAT", null, about()
                .put("health_status", "healthy")
                .put("active_operations", 0)
                .put("last_activity_timestamp", Instant.now().toString())
                .put("uptime_seconds", Duration.between(start, Instant.now()).toSeconds()));
    }

    private ProducerRecord<String, String> shutdown() {
        return event("node-introspection.v1", "NODE_SHUTDOWN", null, about()
                .put("shutdown_reason", "graceful")
                .put("restart_expected", false));
    }

    private ObjectNode about() {
        return json.createObjectNode()
                .<ObjectNode>set("node_id", description.get("node_id"))
                .set("node_type", description.get("node_type"));
    }

    private ProducerRecord<String, String> event(
            String topic, String type, String correlationId, ObjectNode payload) {
        String id = description.get("node_id").textValue();
        String now = Instant.now().toString();
        ObjectNode envelope = json.createObjectNode()
                .put("envelope_version", "1.0")
                .put("event_id", UUID.randomUUID().toString())
                .put("event_type", type)
                .put("event_timestamp", now)
                .put("source_node_id", id)
                .put("correlation_id", correlationId)
                .set("payload", payload.put("timestamp", now));
        return new ProducerRecord<>(topic, id, envelope.toString()); // the key keeps the node's events in order
    }
}
