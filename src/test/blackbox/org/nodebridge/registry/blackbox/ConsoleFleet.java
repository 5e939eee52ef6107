// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Thirty nodes such as a real system has: what the pictures of the console show. */
final class ConsoleFleet {

    private static final int EACH = 3;
    private static final List<String> UNWELL = List.of("invoice-totals-2", "mail-sender-3");
    private static final List<String> REGIONS = List.of("eu-west-1", "us-east-1", "ap-south-1");
    /** Name, type, role, and a capability with its content. */
    private static final List<List<String>> KINDS = List.of(
            List.of("metadata-stamping", "effect", "stamper", "stamp",
                    "{'formats': ['json', 'avro'], 'max_batch': 500}"),
            List.of("onextree-intelligence", "compute", "analyst", "index", "{'languages': ['java', 'python']}"),
            List.of("payment-router", "orchestrator", "router", "route", "{'providers': 4, 'retries': 2}"),
            List.of("invoice-totals", "reducer", "aggregator", "sum", "{'window_seconds': 60}"),
            List.of("stream-joiner", "compute", "joiner", "join", "{'sources': ['orders', 'payments']}"),
            List.of("fraud-scoring", "compute", "scorer", "score", "{'model': 'gradient-12', 'threshold': 0.87}"),
            List.of("catalog-sync", "effect", "writer", "write", "{'targets': ['search', 'cache']}"),
            List.of("order-flow", "orchestrator", "saga", "order", "{'steps': 7}"),
            List.of("mail-sender", "effect", "sender", "send", "{'channels': ['smtp', 'push']}"),
            List.of("tax-compute", "compute", "calculator", "tax", "{'countries': 41}"));

    private final Registry registry;

    ConsoleFleet(Registry registry) {
        this.registry = registry;
    }

    /** Returns when all are registered. */
    void announce() {
        List<RecordMetadata> sent = new ArrayList<>();
        for (List<String> kind : KINDS) {
            for (int number = 1; number <= EACH; number++) {
                sent.add(introduce(kind, number, 100));
            }
        }
        registry.broker().awaitCommitted(sent);
    }

    /** Heartbeats of all every second, and every few seconds a change of one. */
    void liveFor(int seconds) {
        for (int second = 0; second < seconds; second++) {
            KINDS.forEach(kind -> {
                for (int number = 1; number <= EACH; number++) {
                    heartbeat(kind.get(0) + "-" + number, kind.get(1));
                }
            });
            if (second % 3 == 0) {
                introduce(KINDS.get(second % KINDS.size()), 1 + second % EACH, 100 + second);
            }
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }

    private RecordMetadata introduce(List<String> kind, int number, int throughput) {
        String id = kind.get(0) + "-" + number;
        ObjectNode payload = new PlainNode(id).payload();
        payload.put("node_type", kind.get(1)).put("node_role", kind.get(2)).put("epoch", 3);
        ObjectNode capabilities = payload.putObject("capabilities");
        capabilities.set(kind.get(3), Json.object(kind.get(4)));
        capabilities.putObject("throughput").put("max_per_second", throughput).put("burst", throughput * 2);
        String host = "http://10.0." + number + "." + (10 + KINDS.indexOf(kind)) + ":8080";
        payload.putObject("endpoints").put("health", host + "/health").put("api", host + "/api/v1");
        payload.putObject("metadata").put("version", "2." + number + ".0").put("environment", "production")
                .put("region", REGIONS.get(number - 1)).put("team", "platform");
        return registry.publish(Registry.INTROSPECTION, id, new PlainNode(id).introduction(payload));
    }

    private void heartbeat(String id, String type) {
        ObjectNode envelope = Json.object("{'envelope_version': '1.0', 'event_type': 'NODE_HEARTBEAT'}")
                .put("event_id", UUID.randomUUID().toString())
                .put("event_timestamp", Instant.now().toString())
                .put("source_node_id", id)
                .put("correlation_id", UUID.randomUUID().toString());
        ObjectNode payload = Json.object("{'active_operations': 4, 'uptime_seconds': 86400}");
        payload.put("health_status", UNWELL.contains(id) ? "degraded" : "healthy");
        payload.putObject("resource_usage").put("cpu_percent", 18.5).put("memory_mb", 412.0);
        envelope.set("payload", payload.put("node_id", id).put("node_type", type));
        registry.broker().send(new ProducerRecord<>(Registry.HEARTBEAT, id.getBytes(UTF_8), Json.utf8(envelope)));
    }
}
