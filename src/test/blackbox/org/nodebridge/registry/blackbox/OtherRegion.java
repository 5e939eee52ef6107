// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Plays the registry of another region, as its topic is mirrored here. */
final class OtherRegion {

    private static final byte[] BEACON = "\0beacon".getBytes(UTF_8);

    private final Registry registry;
    private final String name;
    private UUID historyId = UUID.randomUUID();
    private long number;
    private long revision = 100;
    private final Set<String> nodes = new HashSet<>();

    OtherRegion(Registry registry, String name) {
        this.registry = registry;
        this.name = name;
        registry.broker().create(topic(), Map.of("cleanup.policy", "compact"));
    }

    /** As a mirror goes on behind what it has brought already. */
    OtherRegion onATopicMadeAnew() {
        registry.broker().create(topic(), Map.of("cleanup.policy", "compact"));
        return this;
    }

    String topic() {
        return name + "." + registry.topic("registrations.v1");
    }

    UUID historyId() {
        return historyId;
    }

    OtherRegion inHistory(UUID history) {
        historyId = history;
        nodes.clear();
        return this;
    }

    /** Histories from here on. */
    OtherRegion numbered(long historyNumber) {
        number = historyNumber;
        return this;
    }

    /** That of the last record. */
    long revision() {
        return revision;
    }

    OtherRegion atRevision(long at) {
        revision = at;
        return this;
    }

    /** Tells of a node, at the next revision. */
    OtherRegion tells(String nodeId, String more) {
        revision++;
        nodes.add(nodeId);
        return repeats(nodeId, more);
    }

    /** The same at the revision of the record before. */
    OtherRegion repeats(String nodeId, String more) {
        return sends(nodeId.getBytes(UTF_8), registration(nodeId, more));
    }

    /** Tells of a node at each of the next revisions; returns when Kafka has confirmed them all. */
    OtherRegion tellsAtEachOf(int revisions, String nodeId) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        nodes.add(nodeId);
        for (int i = 0; i < revisions; i++) {
            revision++;
            sent.add(registry.broker().send(record(nodeId.getBytes(UTF_8), registration(nodeId, "{}"))));
        }
        sent.forEach(Broker::confirmed);
        return this;
    }

    private byte[] registration(String nodeId, String more) {
        ObjectNode registration = Json.object("""
                {'node_type': 'reducer', 'status': 'active', 'health': 'passing', 'version': '1.0.0',
                 'capabilities': {}, 'endpoints': {'api': 'http://10.9.8.7:8080/api'}, 'metadata': {}}""")
                .put("node_id", nodeId);
        registration.setAll(Json.object(more));
        ObjectNode value = envelope();
        value.set("registration", registration);
        return Json.utf8(value);
    }

    /** Tells that a node has left, at the next revision. */
    OtherRegion removes(String nodeId) {
        revision++;
        nodes.remove(nodeId);
        return sends(nodeId.getBytes(UTF_8), null);
    }

    OtherRegion beacon(boolean complete) {
        return sends(BEACON,
                Json.utf8(envelope().put("beacon", true).put("complete", complete).put("nodes", nodes.size())));
    }

    OtherRegion sends(byte[] key, byte[] value) {
        registry.broker().publish(record(key, value));
        return this;
    }

    private ProducerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic(), 0, key, value);
        record.headers().add("registry-history", historyId.toString().getBytes(UTF_8));
        record.headers().add("registry-history-number", Long.toString(number).getBytes(UTF_8));
        record.headers().add("registry-revision", Long.toString(revision).getBytes(UTF_8));
        return record;
    }

    private ObjectNode envelope() {
        return Json.object("{}").put("history_id", historyId.toString()).put("region", name)
                .put("registry_id", "registry-of-" + name).put("revision", revision).put("history_number", number);
    }

    /** A figure of the link, as the registry measures it; {@code null} where it has none of that name. */
    Double measured(String figure) {
        return measured(figure, Metrics.of(registry));
    }

    /** The same as it was measured at that moment. */
    Double measured(String figure, Metrics at) {
        return at.samples().get("registry_region_" + figure + "{region=\"" + name + "\"}");
    }

    /** How it stands with it, as the registry says. */
    JsonNode link() {
        for (JsonNode region : registry.get("/api/v1/regions").json().path("regions")) {
            if (region.path("region").textValue().equals(name)) {
                return region;
            }
        }
        throw new IllegalStateException("the registry does not name " + name);
    }

    /** Waits until all that was sent is known. */
    void awaitRead() {
        revision++; // else what was read before the last records could pass for all of it
        beacon(true);
        eventually().untilAsserted(() -> {
            JsonNode link = link();
            assertThat(link.path("history_id").asText()).isEqualTo("" + historyId);
            assertThat(link.path("revision").longValue()).isGreaterThanOrEqualTo(revision);
            assertThat(link.path("lag").longValue()).isZero();
        });
    }

    /** A node as it is known here. */
    Answer node(String nodeId) {
        return registry.get("/api/v1/regions/" + name + "/registrations/" + Registry.encoded(nodeId));
    }
}
