// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nodebridge.registry.servers.KafkaTopics;
import org.nodebridge.registry.servers.PrometheusProgram;

/** Every metric that is promised is there and moves by as much as has happened. */
class MetricsIT {

    private final Registry registry = Registry.shared();

    @Test
    void countsWhatBecameOfEachEvent() {
        String nodeId = Registry.uniqueId("metrics");
        FleetNode node = new FleetNode(nodeId, "reducer", FleetNode.Dialect.BRIDGE, 0);
        Instant start = Instant.now().minusSeconds(60);
        byte[] first = node.introduction(node.facts(start, 1));
        awaitOthersRecords();
        Metrics before = Metrics.of(registry);

        handle(Registry.INTROSPECTION, first);
        awaitWrittenToConsul(before, 1);
        handle(Registry.INTROSPECTION, node.introduction(node.facts(start.plusSeconds(2), 2)));
        awaitWrittenToConsul(before, 2);
        handle(Registry.INTROSPECTION, node.introduction(node.facts(start.plusSeconds(3), 2)));
        handle(Registry.INTROSPECTION, node.introduction(node.facts(start.plusSeconds(1), 3)));
        handle(Registry.HEARTBEAT, node.heartbeat(start.plusSeconds(5), "healthy"));
        handle(Registry.INTROSPECTION, "no JSON".getBytes(UTF_8));
        handle(Registry.HEARTBEAT, "no JSON".getBytes(UTF_8));
        handle(Registry.INTROSPECTION, WireSample.of("core_request_introspection").bytes());
        handle(Registry.INTROSPECTION, node.departure(start.plusSeconds(6)));

        Map<String, Integer> expected = new HashMap<>(Map.of(
                "registry_registrations_total{outcome=\"created\",store=\"postgres\"}", 1,
                "registry_registrations_total{outcome=\"updated\",store=\"postgres\"}", 2,
                "registry_registrations_total{outcome=\"unchanged\",store=\"postgres\"}", 1,
                "registry_registrations_total{outcome=\"stale\",store=\"postgres\"}", 1,
                "registry_registrations_total{outcome=\"unavailable\",store=\"consul\"}", 0,
                "registry_dead_letters_total{topic=\"node-introspection.v1\"}", 1,
                "registry_dead_letters_total{topic=\"node-heartbeat.v1\"}", 1));
        expected.putAll(Map.of(
                "registry_events_total{kind=\"introduced\",result=\"applied\"}", 2,
                "registry_events_total{kind=\"introduced\",result=\"unchanged\"}", 1,
                "registry_events_total{kind=\"introduced\",result=\"stale\"}", 1,
                "registry_events_total{kind=\"heartbeat\",result=\"applied\"}", 1,
                "registry_events_total{kind=\"departed\",result=\"applied\"}", 1,
                "registry_events_total{kind=\"unreadable\",result=\"dead_lettered\"}", 2,
                "registry_events_total{kind=\"ignored\",result=\"ignored\"}", 1));
        eventually().untilAsserted(() -> {
            Metrics after = Metrics.of(registry);
            assertThat(expected).allSatisfy((sample, count) -> assertThat(after.since(before, sample)).as(sample)
                    .isEqualTo((double) count));
            // Consul is written to later than offsets are committed, also for a batch before these nine
            double batches = after.since(before, "registry_batch_duration_seconds_count");
            assertThat(batches).isGreaterThanOrEqualTo(9);
            assertThat(after.since(before, "registry_batch_duration_seconds_bucket{le=\"+Inf\"}")).isEqualTo(batches);
            assertThat(after.since(before, "registry_batch_duration_seconds_sum")).isPositive();
        });
        awaitWrittenToConsul(before, 3);
    }

    /**
     * Of the states of a node that come while Consul is busy it is given the newest alone. A node of another test
     * whose lease ends meanwhile is one write more.
     */
    private void awaitWrittenToConsul(Metrics before, int nodes) {
        eventually().untilAsserted(() -> assertThat(Metrics.of(registry)
                .since(before, "registry_registrations_total{outcome=\"applied\",store=\"consul\"}"))
                .isGreaterThanOrEqualTo(nodes));
    }

    /** Other tests do not wait for all that they send: once what lies behind it has been read, it has been counted. */
    private void awaitOthersRecords() {
        byte[] ignored = WireSample.of("core_request_introspection").bytes();
        List<RecordMetadata> last = new ArrayList<>();
        for (String topic : List.of(Registry.INTROSPECTION, Registry.HEARTBEAT)) {
            for (int partition = 0; partition < KafkaTopics.OF_THE_REGISTRY.get(topic); partition++) {
                last.add(registry.broker().publish(new ProducerRecord<>(topic, partition, null, ignored)));
            }
        }
        registry.broker().awaitCommitted(last);
    }

    @Test
    void samplesTheLastHourOfTheReplicaThatAnswers() {
        String answeredBy = registry.get("/api/v1/cluster").json().path("answered_by").textValue();
        FleetNode node = new FleetNode(Registry.uniqueId("metrics"), "reducer", FleetNode.Dialect.BRIDGE, 0);
        Instant start = Instant.now();
        handle(Registry.INTROSPECTION, node.introduction(node.facts(start.minusSeconds(9), 1)));
        handle(Registry.HEARTBEAT, node.heartbeat(start.minusSeconds(5), "healthy"));
        handle(Registry.INTROSPECTION, "no JSON".getBytes(UTF_8));

        eventually().untilAsserted(() -> {
            JsonNode statistics = registry.get("/api/v1/statistics").json();
            assertThat(statistics.path("answered_by").textValue()).isEqualTo(answeredBy);
            assertThat(statistics.path("interval_seconds").intValue()).isEqualTo(15);
            assertThat(statistics.path("samples").size()).isBetween(1, 240);
            // a sample may be taken between any two of the records, and while a server is slow to answer
            assertThat(List.of("events_applied", "heartbeats", "events_dead_lettered", "batch_duration", "nodes_active",
                    "http_requests", "http_p99"))
                    .allSatisfy(name -> assertThat(sampled(statistics, start, name)).as(name).isTrue());
            List<String> series = statistics.path("series").findValuesAsText("name");
            assertThat(series).hasSize(17).contains("http_errors");
            assertThat(statistics.path("samples")).allSatisfy(
                    sample -> assertThat(sample.path("values")).hasSameSizeAs(series));
            JsonNode newest = statistics.path("samples").path(statistics.path("samples").size() - 1).path("values");
            assertThat(List.of("lag", "drift", "pending_consul_writes", "nodes_suspect", "nodes_expired"))
                    .allSatisfy(name -> assertThat(newest.path(series.indexOf(name)).isNumber()).as(name).isTrue());
        });
    }

    /** Whether a sample of then or later has more than nothing of it. */
    private static boolean sampled(JsonNode statistics, Instant since, String series) {
        int at = statistics.path("series").findValuesAsText("name").indexOf(series);
        for (JsonNode sample : statistics.path("samples")) {
            if (!Instant.parse(sample.path("at").textValue()).isBefore(since)
                    && sample.path("values").path(at).doubleValue() > 0) {
                return true;
            }
        }
        return false;
    }

    @Test
    void measuresManualRegistrationsWithBuckets() {
        Metrics before = Metrics.of(registry);

        Answer answer =
                registry.post("/api/v1/registrations", RegistrationsApiIT.payload(Registry.uniqueId("metrics")));

        Metrics after = Metrics.of(registry);
        String duration = "registry_registration_duration_seconds";
        String status = statusLabel(answer.json());
        assertThat(after.types()).containsEntry(duration, "histogram");
        assertThat(after.since(before, duration + "_count" + status)).isEqualTo(1);
        assertThat(after.since(before, duration + "_sum" + status)).isPositive();
        assertThat(after.samples().keySet().stream().filter(name -> name.startsWith(duration + "_bucket{")))
                .hasSizeGreaterThan(10);
    }

    /** A Consul that is slow to answer makes it a partial one. */
    private static String statusLabel(JsonNode registered) {
        assertThat(registered.path("status").textValue()).isIn("success", "partial");
        return "{status=\"" + registered.path("status").textValue() + "\"}";
    }

    @Test
    void countsNoLineOfABatchThatWasNotTried() {
        ObjectNode line = RegistrationsApiIT.payload(Registry.uniqueId("metrics"));
        Metrics before = Metrics.of(registry);

        Answer answer = registry.send(Registry.asOperator(registry.request("/api/v1/registrations/batch"))
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofString("{\n" + line + "\n{\"node_id\": 1}\n")));

        List<String> lines = answer.body().lines().toList();
        assertThat(lines).hasSize(3);
        Metrics after = Metrics.of(registry);
        String duration = "registry_registration_duration_seconds_count";
        assertThat(after.since(before, duration + statusLabel(Json.parse(lines.get(1))))).isEqualTo(1);
        assertThat(after.since(before, duration + "{status=\"error\"}")).isZero();
    }

    @Test
    void showsHowOldLeasesAreWhenTheyAreRenewedInBucketsOfTheirOwn() {
        FleetNode node = new FleetNode(Registry.uniqueId("metrics"), "compute", FleetNode.Dialect.BRIDGE, 0);
        String age = "registry_lease_age_seconds";
        handle(Registry.INTROSPECTION, node.introduction(node.facts(Instant.now(), 1)));
        Metrics before = Metrics.of(registry);

        handle(Registry.HEARTBEAT, node.heartbeat(Instant.now(), "healthy"));

        // a node of another test that answers a probe meanwhile is one more
        eventually().untilAsserted(
                () -> assertThat(Metrics.of(registry).since(before, age + "_count")).isGreaterThanOrEqualTo(1));
        assertThat(Metrics.of(registry).samples())
                .containsKeys(age + "_bucket{le=\"90.0\"}", age + "_bucket{le=\"3600.0\"}")
                .doesNotContainKey(age + "_bucket{le=\"0.005\"}");
    }

    @Test
    void showsHowManyNodesThereAreNow() {
        String nodeId = Registry.uniqueId("metrics");
        FleetNode node = new FleetNode(nodeId, "compute", FleetNode.Dialect.BRIDGE, 0);

        handle(Registry.INTROSPECTION, node.introduction(node.facts(Instant.now(), 1)));

        eventually().untilAsserted(() -> assertThat(activeNodesThatAreCounted()).contains(nodeId));
        registry.delete("/api/v1/registrations/" + nodeId);
        eventually().untilAsserted(() -> assertThat(activeNodesThatAreCounted()).doesNotContain(nodeId));
    }

    /** Nodes of other tests come and go meanwhile: the figure is that of PostgreSQL, as it was a moment ago. */
    private List<String> activeNodesThatAreCounted() {
        List<String> active = registry.stores()
                .query("SELECT tool_id FROM tool_registrations WHERE node_type = 'compute' AND status = 'active'")
                .stream()
                .map(row -> row.path("tool_id").textValue())
                .toList();
        assertThat(Metrics.of(registry).value("registry_nodes{status=\"active\",type=\"compute\"}"))
                .isEqualTo((double) active.size());
        return active;
    }

    @Test
    void comesToRestWithNoLagNothingPendingAndTheCircuitClosed() {
        eventually().untilAsserted(() -> {
            Metrics now = Metrics.of(registry);
            assertThat(now.samples())
                    .containsEntry("registry_consumer_lag{topic=\"node-introspection.v1\"}", 0.0)
                    .containsEntry("registry_consumer_lag{topic=\"node-heartbeat.v1\"}", 0.0)
                    .containsEntry("registry_consumer_partition_lag{partition=\"0\",topic=\"node-heartbeat.v1\"}", 0.0)
                    .containsEntry("registry_catalog_pending", 0.0)
                    .containsEntry("registry_catalog_circuit_state", 0.0);
            assertThat(FleetNode.TYPES).allSatisfy(
                    type -> assertThat(now.samples()).containsKey(
                            "registry_nodes{status=\"active\",type=\"" + type + "\"}"));
        });
    }

    @Test
    void countsRequestsByTheirRoute() {
        String one = "{method=\"GET\",route=\"registrations/{node_id}\"";
        Metrics before = Metrics.of(registry);

        registry.get("/api/v1/registrations/" + Registry.uniqueId("metrics"));
        registry.get("/api/v1/registrations/" + Registry.uniqueId("metrics") + "?no-such=1");
        registry.get("/api/v1/nothing-is-here");
        registry.get("/api/v1/registrations?q=%00");
        registry.status(Registry.as("reader", registry.request("/api/v1/registrations/watch")).GET());

        String requests = "registry_http_requests_total";
        // some requests are counted once they have been answered
        eventually().untilAsserted(() -> {
            Metrics after = Metrics.of(registry);
            assertThat(after.since(before, requests + "{method=\"GET\",route=\"registrations/watch\",status=\"2xx\"}"))
                    .isEqualTo(1);
            assertThat(after.since(before, requests + one + ",status=\"4xx\"}")).isEqualTo(2);
            assertThat(after.since(before, requests + "{method=\"GET\",route=\"none\",status=\"4xx\"}")).isEqualTo(2);
            assertThat(after.since(before, "registry_http_request_duration_seconds_count" + one + "}")).isEqualTo(2);
        });
    }

    @Test
    void namesTheBuildAndWhatItRunsOn() {
        assertThat(Metrics.of(registry).samples().keySet())
                .filteredOn(name -> name.startsWith("registry_build_info"))
                .singleElement(STRING)
                .containsPattern("version=\"\\d+\\.\\d+\\.\\d+")
                .containsPattern("liberty=\"\\d+\\.\\d+\\.\\d+\\.\\d+\"")
                .containsPattern("java=\"\\d+");
    }

    @Test
    void saysNothingOfEachJavaMethod() {
        assertThat(Metrics.of(registry).types().keySet())
                .noneMatch(name -> name.matches("(ft|REST|servlet|session|http_server|mp_messaging)_.*"))
                .anyMatch(name -> name.startsWith("memory_"));
    }

    /** The names of Liberty's own are those of MicroProfile Metrics, and none of ours to change. */
    @Test
    void prometheusFindsNothingWrongWithTheMetricsOfTheRegistry(@TempDir Path directory) throws Exception {
        Path metrics = Files.writeString(directory.resolve("metrics"), registry.get("/metrics").body());
        Path output = directory.resolve("output");

        Process promtool = new ProcessBuilder(
                PrometheusProgram.PROMTOOL.needed().toString(), "check", "metrics")
                .redirectInput(metrics.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        assertThat(promtool.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readAllLines(output))
                .as("it has read them")
                .anyMatch(finding -> finding.startsWith("cpu_processCpuLoad_percent metric names should be"))
                .allMatch(finding -> finding
                        .matches("(classloader|connectionpool|cpu|gc|jvm|memory|thread|threadpool)_\\w+ .*"));
    }

    @Test
    void labelsNothingWithANodesId() {
        String nodeId = Registry.uniqueId("metrics");
        registry.post("/api/v1/registrations", RegistrationsApiIT.payload(nodeId));

        assertThat(registry.get("/metrics").body()).doesNotContain(nodeId);
    }

    @Test
    void tellsTheFiguresOfTheDesignDocument() {
        awaitOthersRecords();
        JsonNode before = registry.get("/api/v1/metrics/registrations").json();
        String nodeId = Registry.uniqueId("metrics");
        registry.post("/api/v1/registrations", RegistrationsApiIT.payload(nodeId));

        eventually().untilAsserted(() -> {
            JsonNode after = registry.get("/api/v1/metrics/registrations").json();
            for (String figure : List.of(
                    "total_registrations", "successful_registrations", "postgres_registrations")) {
                assertThat(after.path(figure).longValue()).as(figure).isEqualTo(before.path(figure).longValue() + 1);
            }
            assertThat(after.path("failed_registrations")).isEqualTo(before.path("failed_registrations"));
            // a node of another test whose lease ends meanwhile is written to Consul too, and no longer registered
            assertThat(after.path("consul_registrations").longValue())
                    .isGreaterThan(before.path("consul_registrations").longValue());
            assertThat(after.size()).isEqualTo(7);
            List<String> nodes = registeredNodes(after);
            assertThat(nodes).hasSize(after.path("registered_nodes_count").intValue());
            nodes.removeAll(registeredNodes(before));
            assertThat(nodes).containsExactly(nodeId);
        });
    }

    private static List<String> registeredNodes(JsonNode figures) {
        List<String> nodes = new ArrayList<>();
        figures.path("registered_nodes").forEach(id -> nodes.add(id.textValue()));
        return nodes;
    }

    private void handle(String topic, byte[] value) {
        RecordMetadata sent = registry.publish(topic, "metrics", value);
        registry.broker().awaitCommitted(List.of(sent));
    }
}
