// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.nodebridge.registry.servers.PrometheusProgram;
import org.nodebridge.registry.servers.PrometheusServer;

/**
 * What Grafana would ask for each panel, asked of a real Prometheus that reads a living registry. Only figures of what
 * has never happened may be missing: those that the registry does not tell yet.
 */
class DashboardIT {

    private static final Path DASHBOARD =
            ProjectDirectory.target().resolveSibling("deploy/grafana/node-bridge-registry.json");

    private static final Pattern METRIC = Pattern.compile("registry_\\w+|up(?=\\{)");

    private final Registry registry = Registry.shared();

    @Test
    void everyQueryOfEveryPanelHasDataOnceItHasHappened() throws Exception {
        // a reading that takes longer than the interval is none
        PrometheusServer prometheus = PrometheusServer.with("""
                scrape_configs:
                  - job_name: node-bridge-registry
                    scrape_interval: 5s
                    static_configs: [{targets: ["localhost:%d"]}]
                """.formatted(registry.liberty().httpPort()), PrometheusProgram.PROMETHEUS.needed(),
                Backends.emptyDirectory("prometheus"));
        List<String> queries = queries();
        // histograms have no quantile before they have seen something, between two readings
        PlainNode byHand = PlainNode.unique("dashboard");
        PlainNode speaking = PlainNode.unique("dashboard");
        try {
            prometheus.start();
            eventually().atMost(Duration.ofMinutes(3)).untilAsserted(() -> {
                registry.post("/api/v1/registrations", byHand.payload());
                registry.publish(Registry.INTROSPECTION, speaking.id(), speaking.introduction());
                registry.publish(Registry.HEARTBEAT, speaking.id(), speaking.heartbeat("healthy"));
                registry.publish(Registry.INTROSPECTION, null, "no JSON".getBytes(UTF_8));
                List<String> answered = new ArrayList<>();
                for (String query : queries) {
                    if (!values(prometheus, "{__name__=\"" + metric(query) + "\"}").isEmpty()) {
                        answered.add(query);
                    }
                }
                assertThat(answered).hasSizeGreaterThan(30);
                assertThat(answered).allSatisfy(query -> assertThat(values(prometheus, query)).as(query).isNotEmpty());
            });
        } finally {
            prometheus.kill();
        }
    }

    /** As Grafana fills them in; with a range of a minute, as it would have at readings every 15 s. */
    private static List<String> queries() throws Exception {
        List<String> queries = new ArrayList<>();
        Json.parse(Files.readString(DASHBOARD)).path("panels")
                .forEach(panel -> panel.path("targets").forEach(target -> queries.add(target.path("expr").textValue()
                        .replace("$job", "node-bridge-registry")
                        .replace("$__rate_interval", "1m"))));
        return queries;
    }

    /** The one that it is about. */
    private static String metric(String query) {
        return METRIC.matcher(query).results().findFirst().orElseThrow().group();
    }

    /** The values that are numbers. */
    private static List<String> values(PrometheusServer prometheus, String query) throws Exception {
        JsonNode answer = Json.parse(prometheus.get("/api/v1/query?query=" + URLEncoder.encode(query, UTF_8)));
        assertThat(answer.path("status").textValue()).as("%s: %s", query, answer).isEqualTo("success");
        List<String> values = new ArrayList<>();
        answer.at("/data/result").forEach(series -> values.add(series.at("/value/1").textValue()));
        values.remove("NaN");
        return values;
    }
}
