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
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
        Metrics before = Metrics.of(registry);

        handle(Registry.INTROSPECTION, first);
        handle(Registry.INTROSPECTION, node.introduction(node.facts(start.plusSeconds(2), 2)));
        handle(Registry.INTROSPECTION, node.introduction(node.facts(start.plusSeconds(3), 2)));
        handle(Registry.INTROSPECTION, node.introduction(node.facts(start.plusSeconds(1), 3)));
        handle(Registry.HEARTBEAT, node.heartbeat(start.plusSeconds(5), "healthy"));
        handle(Registry.INTROSPECTION, "no JSON".getBytes(UTF_8));
        handle(Registry.HEARTBEAT, "no JSON".getBytes(UTF_8));
        handle(Registry.INTROSPECTION, WireSample.of("core_request_introspection").bytes());
        handle(Registry.INTROSPECTION, node.departure(start.plusSeconds(6)));

        Metrics after = Metrics.of(registry);
        Map<String, Integer> expected = new HashMap<>(Map.of(
                "registry_registrations_total{outcome=\"created\",store=\"postgres\"}", 1,
                "registry_registrations_total{outcome=\"updated\",store=\"postgres\"}", 2,
                "registry_registrations_total{outcome=\"unchanged\",store=\"postgres\"}", 1,
                "registry_registrations_total{outcome=\"stale\",store=\"postgres\"}", 1,
                "registry_registrations_total{outcome=\"unavailable\",store=\"consul\"}", 0,
                "registry_dead_letters_total{topic=\"node-introspection.v1\"}", 1,
                "registry_dead_letters_total{topic=\"node-heartbeat.v1\"}", 1,
                "registry_batch_duration_seconds_count", 9));
        expected.putAll(Map.of(
                "registry_events_total{kind=\"introduced\",result=\"applied\"}", 2,
                "registry_events_total{kind=\"introduced\",result=\"unchanged\"}", 1,
                "registry_events_total{kind=\"introduced\",result=\"stale\"}", 1,
                "registry_events_total{kind=\"heartbeat\",result=\"applied\"}", 1,
                "registry_events_total{kind=\"departed\",result=\"applied\"}", 1,
                "registry_events_total{kind=\"unreadable\",result=\"dead_lettered\"}", 2,
                "registry_events_total{kind=\"ignored\",result=\"ignored\"}", 1));
        assertThat(expected).allSatisfy(
                (sample, count) -> assertThat(after.since(before, sample)).as(sample).isEqualTo((double) count));
        // a node of another test whose lease ends meanwhile is one write to Consul more
        assertThat(after.since(before, "registry_registrations_total{outcome=\"applied\",store=\"consul\"}"))
                .isGreaterThanOrEqualTo(3);
        assertThat(after.since(before, "registry_batch_duration_seconds_bucket{le=\"+Inf\"}")).isEqualTo(9);
        assertThat(after.since(before, "registry_batch_duration_seconds_sum")).isPositive();
    }

    @Test
    void samplesTheLastHourOfTheReplicaThatAnswers() {
        String answeredBy = registry.get("/api/v1/cluster").json().path("answered_by").textValue();
        FleetNode node = new FleetNode(Registry.uniqueId("metrics"), "reducer", FleetNode.Dialect.BRIDGE, 0);
        Instant start = Instant.now();
        handle(Registry.INTROSPECTION, node.introduction(node.facts(start.minusSeconds(9), 1)));
        handle(Registry.HEARTBEAT, node.heartbeat(start.minusSeconds(5), "healthy"));
        handle(Registry.INTROSPECTION, "no JSON".getBytes(UTF_8));

        JsonNode statistics = eventually().until(
                () -> registry.get("/api/v1/statistics").json(),
                json -> sampled(json, start, "events_applied") && sampled(json, start, "heartbeats"));

        assertThat(statistics.path("answered_by").textValue()).isEqualTo(answeredBy);
        assertThat(statistics.path("interval_seconds").intValue()).isEqualTo(15);
        assertThat(statistics.path("samples").size()).isBetween(1, 240);
        assertThat(sampled(statistics, start, "events_dead_lettered")).isTrue();
        assertThat(sampled(statistics, start, "batch_duration")).isTrue();
        assertThat(sampled(statistics, start, "nodes_active")).isTrue();
        assertThat(sampled(statistics, start, "http_requests")).isTrue();
        assertThat(sampled(statistics, start, "http_p99")).isTrue();
        List<String> series = statistics.path("series").findValuesAsText("name");
        assertThat(series).hasSize(17).contains("http_errors");
        assertThat(statistics.path("samples")).allSatisfy(
                sample -> assertThat(sample.path("values")).hasSameSizeAs(series));
        JsonNode newest = statistics.path("samples").path(statistics.path("samples").size() - 1).path("values");
        assertThat(List.of("lag", "drift", "pending_consul_writes", "nodes_suspect", "nodes_expired"))
                .allSatisfy(name -> assertThat(newest.path(series.indexOf(name)).isNumber()).as(name).isTrue());
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

        registry.post("/api/v1/registrations", RegistrationsApiIT.payload(Registry.uniqueId("metrics")));

        Metrics after = Metrics.of(registry);
        String duration = "registry_registration_duration_seconds";
        assertThat(after.types()).containsEntry(duration, "histogram");
        assertThat(after.since(before, duration + "_count{status=\"success\"}")).isEqualTo(1);
        assertThat(after.since(before, duration + "_sum{status=\"success\"}")).isPositive();
        assertThat(after.samples().keySet().stream().filter(name -> name.startsWith(duration + "_bucket{")))
                .hasSizeGreaterThan(10);
    }

    @Test
    void countsNoLineOfABatchThatWasNotTried() {
        ObjectNode line = RegistrationsApiIT.payload(Registry.uniqueId("metrics"));
        Metrics before = Metrics.of(registry);

        Answer answer = registry.send(Registry.asOperator(registry.request("/api/v1/registrations/batch"))
                .header("Content-Type", "application/x-ndjson")
                .POST(BodyPublishers.ofString("{\n" + line + "\n{\"node_id\": 1}\n")));

        assertThat(answer.body().lines()).hasSize(3);
        Metrics after = Metrics.of(registry);
        String duration = "registry_registration_duration_seconds_count";
        assertThat(after.since(before, duration + "{status=\"success\"}")).isEqualTo(1);
        assertThat(after.since(before, duration + "{status=\"error\"}")).isZero();
    }

    @Test
    void showsHowOldLeasesAreWhenTheyAreRenewedInBucketsOfTheirOwn() {
        FleetNode node = new FleetNode(Registry.uniqueId("metrics"), "compute", FleetNode.Dialect.BRIDGE, 0);
        String age = "registry_lease_age_seconds";
        handle(Registry.INTROSPECTION, node.introduction(node.facts(Instant.now(), 1)));
        Metrics before = Metrics.of(registry);

        handle(Registry.HEARTBEAT, node.heartbeat(Instant.now(), "healthy"));

        eventually().untilAsserted(() -> assertThat(Metrics.of(registry).since(before, age + "_count")).isEqualTo(1));
        assertThat(Metrics.of(registry).samples())
                .containsKeys(age + "_bucket{le=\"90.0\"}", age + "_bucket{le=\"3600.0\"}")
                .doesNotContainKey(age + "_bucket{le=\"0.005\"}");
    }

    @Test
    void showsHowManyNodesThereAreNow() {
        String nodes = "registry_nodes{status=\"active\",type=\"compute\"}";
        double before = Metrics.of(registry).value(nodes);
        String nodeId = Registry.uniqueId("metrics");
        FleetNode node = new FleetNode(nodeId, "compute", FleetNode.Dialect.BRIDGE, 0);

        handle(Registry.INTROSPECTION, node.introduction(node.facts(Instant.now(), 1)));

        eventually().untilAsserted(() -> assertThat(Metrics.of(registry).value(nodes)).isEqualTo(before + 1));
        registry.delete("/api/v1/registrations/" + nodeId);
        eventually().untilAsserted(() -> assertThat(Metrics.of(registry).value(nodes)).isEqualTo(before));
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

        Metrics after = Metrics.of(registry);
        String requests = "registry_http_requests_total";
        assertThat(after.since(before, requests + "{method=\"GET\",route=\"registrations/watch\",status=\"2xx\"}"))
                .isEqualTo(1);
        assertThat(after.since(before, requests + one + ",status=\"4xx\"}")).isEqualTo(2);
        assertThat(after.since(before, requests + "{method=\"GET\",route=\"none\",status=\"4xx\"}")).isEqualTo(2);
        assertThat(after.since(before, "registry_http_request_duration_seconds_count" + one + "}")).isEqualTo(2);
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
        JsonNode before = registry.get("/api/v1/metrics/registrations").json();
        String nodeId = Registry.uniqueId("metrics");
        registry.post("/api/v1/registrations", RegistrationsApiIT.payload(nodeId));

        JsonNode after = registry.get("/api/v1/metrics/registrations").json();

        for (String figure : List.of(
                "total_registrations", "successful_registrations", "consul_registrations", "postgres_registrations",
                "registered_nodes_count")) {
            assertThat(after.path(figure).longValue()).as(figure).isEqualTo(before.path(figure).longValue() + 1);
        }
        assertThat(after.path("failed_registrations")).isEqualTo(before.path("failed_registrations"));
        assertThat(after.size()).isEqualTo(7);
        List<String> nodes = new ArrayList<>();
        after.path("registered_nodes").forEach(id -> nodes.add(id.textValue()));
        assertThat(nodes).contains(nodeId).hasSize(after.path("registered_nodes_count").intValue());
    }

    private void handle(String topic, byte[] value) {
        RecordMetadata sent = registry.publish(topic, "metrics", value);
        registry.broker().awaitCommitted(List.of(sent));
    }
}
