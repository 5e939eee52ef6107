// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The registry's requests to all nodes, read from the end of their topic on. */
final class IntrospectionRequests {

    static final String TOPIC = "registry-request-introspection.v1";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One request. {@code types} is empty when all are asked. */
    record Request(Set<String> types, String correlationId) {

        boolean asks(String type) {
            return types.isEmpty() || types.contains(type);
        }
    }

    /** Receives each request, on the reading thread. */
    interface Listener {
        void asked(Request request);
    }

    private final KafkaConsumer<byte[], byte[]> consumer;

    IntrospectionRequests(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        // no group: nobody else is to get a request in our place, and old ones are of no interest
        List<TopicPartition> partitions = List.of(new TopicPartition(TOPIC, 0));
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /** Reads until {@link #stop()}; an unreadable request is passed over, and an unavailable broker is waited for. */
    void readTo(Listener listener) {
        try {
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    parse(record.value()).ifPresent(listener::asked);
                }
            }
        } catch (WakeupException stopped) {
            // stop() was called
        } finally {
            consumer.close(CloseOptions.timeout(Duration.ofSeconds(2)));
        }
    }

    /** Ends the reading; may be called by any thread. */
    void stop() {
        consumer.wakeup();
    }

    static Optional<Request> parse(byte[] value) {
        try {
            JsonNode envelope = JSON.readTree(value);
            JsonNode payload = envelope.path("payload");
            Set<String> types = new HashSet<>();
            payload.path("target_node_types").forEach(type -> types.add(type.asText()));
            String correlationId = envelope.path("correlation_id").asText("");
            return Optional.of(new Request(types, correlationId));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
