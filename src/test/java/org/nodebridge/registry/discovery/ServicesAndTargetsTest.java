// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.discovery.DiscoveryView.Known;
import org.nodebridge.registry.discovery.ServicesView.Capability;
import org.nodebridge.registry.discovery.ServicesView.Service;
import org.nodebridge.registry.discovery.ServicesView.States;
import org.nodebridge.registry.event.Endpoint;

class ServicesAndTargetsTest {

    private final NodeReader reader = new NodeReader(List.of("api"));

    private DiscoveredNode node(String id, String status, String check, String endpoints) {
        return node(id, status, check, endpoints, false);
    }

    private DiscoveredNode node(String id, String status, String check, String endpoints, boolean cordoned) {
        return reader.read(new NodeRow(
                id, "effect", "1.2.3", "eu", status, check, "[\"read\",\"write\"]", null, endpoints, null, 600, null,
                null, null, cordoned), 0);
    }

    @Test
    void countsNodesByStateUnderTypeAndCapability() {
        String api = "{\"api\": \"http://10.0.0.5:8080\"}";

        List<Service> services = ServicesView.count(NodeTable.of(List.of(
                node("a", "active", "passing", api), node("b", "active", "warning", api),
                node("c", "active", "critical", api), node("d", "active", "passing", "{}"),
                node("e", "suspect", "warning", api), node("f", "draining", "critical", api),
                node("g", "active", "passing", api, true), node("h", "active", "warning", api, true))));

        States states = new States(8, 2, 1, 1, 1, 2, 1, 1);
        Map<String, Integer> versions = Map.of("1.2.3", 8);
        Map<String, Integer> regions = Map.of("eu", 8);
        assertThat(services).containsExactly(new Service("effect", states, versions, regions, List.of(
                new Capability("read", states, versions, regions),
                new Capability("write", states, versions, regions))));
    }

    @Test
    void listsTheThousandCapabilitiesOfMostNodesInTheOrderOfTheirNames() {
        List<DiscoveredNode> nodes = IntStream.range(0, 1500)
                .mapToObj(i -> reader.read(new NodeRow(
                        "node-" + i, "effect", null, null, "active", "passing",
                        "[\"c-" + (10_000 + i) + "\", \"shared-" + i % 2 + "\"]", null, "{}", null, 600, null, null,
                        null, false), 0))
                .toList();

        Service service = ServicesView.count(NodeTable.of(nodes)).get(0);

        assertThat(service.nodes().total()).isEqualTo(1500);
        assertThat(service.capabilities()).hasSize(1000).extracting(Capability::capability)
                .startsWith("c-10000", "c-10001").endsWith("c-10997", "shared-0", "shared-1");
        assertThat(service.capabilities().get(999).nodes().total()).isEqualTo(750);
    }

    @Test
    void areCountedOnceForEachTable() {
        ServiceCounts counts = new ServiceCounts();
        NodeTable table = NodeTable.of(List.of(node("a", "active", "passing", "{}")));

        ServicesView first = counts.of(new Known(table, MonotonicTime.now() - 5000));
        ServicesView later = counts.of(new Known(table, MonotonicTime.now()));
        ServicesView changed = counts.of(new Known(NodeTable.of(List.of()), MonotonicTime.now()));

        assertThat(later.services()).isSameAs(first.services());
        assertThat(later.asOf()).isAfter(first.asOf());
        assertThat(changed.services()).isEmpty();
    }

    @Test
    void makesATargetOfAnEndpoint() {
        DiscoveredNode node = node("a", "active", "passing", "{}");

        PrometheusTargets targets =
                PrometheusTargets.of(node, Endpoint.parse("https://[fd00::5]:9443/node/metrics").orElseThrow());

        assertThat(targets.targets()).containsExactly("[fd00::5]:9443");
        assertThat(targets.labels()).isEqualTo(Map.of(
                "__meta_registry_node_id", "a", "__meta_registry_node_type", "effect", "__meta_registry_status",
                "active", "__meta_registry_version", "1.2.3", "__meta_registry_region", "eu",
                "__meta_registry_capability", ",read,write,", "__scheme__", "https", "__metrics_path__",
                "/node/metrics"));
    }

    @Test
    void givesPrometheusTheParametersOfTheUrl() {
        Map<String, String> labels = new HashMap<>(PrometheusTargets.of(
                node("a", "active", "passing", "{}"), Endpoint.parse(
                        "http://h/m?module=a%26b+c&module=second&target=x=y&empty&match[]=z&%C3%A4=1&&=2&1=3")
                        .orElseThrow())
                .labels());
        labels.keySet().removeIf(label -> !label.startsWith("__param_"));

        assertThat(labels).isEqualTo(Map.of(
                "__param_module", "a&b c", "__param_target", "x=y", "__param_empty", "", "__param_1", "3"));
    }
}
