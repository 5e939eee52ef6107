// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.config.ConsulLayout;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.ConsulSettings.Mode;
import org.nodebridge.registry.config.ConsulSettings.Scheme;
import org.nodebridge.registry.config.value.AddressAllowList;
import org.nodebridge.registry.config.value.Secret;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.health.ComponentDefects;
import org.nodebridge.registry.metrics.RegistryMetrics;

/** Nodes and settings for the tests of this package. */
final class Samples {

    static final String REGISTRY_ID = "registry-test-1";
    static final OwnerMark OWNER = new OwnerMark(REGISTRY_ID, Set.of());
    static final EventVersion VERSION = new EventVersion(
            3L, Instant.parse("2025-10-03T10:00:00Z"), UUID.fromString("6f1c2f86-6f07-4f0b-9f0f-2f3b1d0c9a11"));

    static final AddressAllowList ANYWHERE = AddressAllowList.parse(List.of("0.0.0.0/0", "::/0"));

    private Samples() {}

    /** Counts nothing. */
    static ComponentDefects defects() {
        return new ComponentDefects(new RegistryMetrics(null) {
            @Override
            public void componentDefects(String component, long calls) {
                // nobody looks
            }
        });
    }

    /** All of the registry's entries, by node id. */
    static Map<String, CatalogInstance> entries(GuardedConsul catalog) {
        return catalog.instances(instance -> false).unexpected();
    }

    static ConsulSettings settings(Mode mode, String host, int port, String token) {
        return new ConsulSettings(
                mode, Scheme.HTTP, host, port, new Secret(token), "", "", "", "nodebridge",
                Set.of(), Duration.ofMinutes(2),
                ConsulLayout.DEFAULT, 4,
                Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    static ConsulSettings settings(int port, Duration requestTimeout) {
        return new ConsulSettings(
                Mode.CATALOG, Scheme.HTTP, "127.0.0.1", port, new Secret(""), "", "", "", "nodebridge",
                Set.of(), Duration.ofMinutes(2), ConsulLayout.DEFAULT, 4,
                Duration.ofSeconds(2), requestTimeout, Duration.ofSeconds(10));
    }

    static ConsulSettings secure(Mode mode, int port, String caFile, String certificateFile, String keyFile) {
        return new ConsulSettings(
                mode, Scheme.HTTPS, "localhost", port, new Secret(""), caFile, certificateFile, keyFile, "nodebridge",
                Set.of(), Duration.ofMinutes(2), ConsulLayout.DEFAULT, 4,
                Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    /** The same with Consul Connect. */
    static ConsulSettings connect(ConsulSettings of) {
        ConsulLayout layout = new ConsulLayout(
                of.servicePrefix(), of.layout().addressEndpoints(), of.layout().capabilityTags(),
                of.layout().weights(), ConsulLayout.Connect.ON, List.of());
        return new ConsulSettings(
                of.mode(), of.scheme(), of.host(), of.port(), of.token(), of.caFile(), of.certificateFile(),
                of.keyFile(), of.nodeName(), of.adoptedInstallations(), of.installationTtl(), layout,
                of.transactions(), of.connectTimeout(), of.requestTimeout(), of.checkInterval());
    }

    /** A node that its callers reach at 127.0.0.1:8080, with a proxy at that port. */
    static NodeDescription meshed(String nodeId, int port) {
        NodeDescription node = node(nodeId, Map.of("api", "http://127.0.0.1:8080/", "metrics", "http://127.0.0.1:9/"));
        node.metadata().put(NodeDescription.MESH_PROXY_PORT, port);
        return node;
    }

    static NodeDescription node(String nodeId, Map<String, String> endpoints, String... capabilities) {
        ObjectNode named = new ObjectMapper().createObjectNode();
        for (String capability : capabilities) {
            named.put(capability, true);
        }
        return new NodeDescription(
                nodeId, NodeType.EFFECT, "adapter", named, new LinkedHashMap<>(endpoints),
                new ObjectMapper().createObjectNode(), "1.2.3", "production", "us-west-2", "net-1", "dep-1");
    }

    static CatalogChange.Register register(NodeDescription node) {
        return new CatalogChange.Register(node, VERSION, CheckStatus.PASSING);
    }

    static CatalogChange.Register register(String nodeId) {
        return register(node(nodeId, Map.of("health", "http://10.9.8.7:8080/health"), "stamp", "hash"));
    }

    static List<CatalogChange> registers(int count) {
        return IntStream.range(0, count)
                .<CatalogChange>mapToObj(number -> register("node-" + number))
                .toList();
    }
}
