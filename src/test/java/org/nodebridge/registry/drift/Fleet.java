// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ExpectedCheck;
import org.nodebridge.registry.catalog.ProxyTarget;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.drift.Drift.Kind;

/** Rows and entries for the tests of this package; an entry says what the row of the same id does. */
public final class Fleet {

    public static final String CONSUL_NODE = "nodebridge";
    public static final Instant NOW = Instant.parse("2025-10-03T10:00:00Z");
    /** A check that the registry sets. */
    public static final ExpectedCheck SET = new ExpectedCheck(CheckStatus.PASSING, true, false);

    /** A check that Consul's agent probes. */
    public static final ExpectedCheck PROBED = new ExpectedCheck(CheckStatus.PASSING, true, true);

    public static final Duration LIMIT = Duration.ofSeconds(30);

    private Fleet() {}

    public static ServiceEntry shown(String id) {
        return new ServiceEntry(
                "onex-effect", id, List.of("onex", "stamp"), Map.of("registry-id", "r-1", "version", "1.2.3"),
                "10.0.0.1", 8080, ServiceWeights.NONE, "http://10.0.0.1:8080/health");
    }

    /** A row that Consul has confirmed. */
    public static ComparedNode row(String id) {
        return new ComparedNode(id, shown(id), SET, 4, true, NOW.minusSeconds(3600), null);
    }

    public static ComparedNode row(String id, ExpectedCheck check) {
        return new ComparedNode(id, shown(id), check, 4, true, NOW.minusSeconds(3600), null);
    }

    public static ComparedNode departed(String id) {
        return new ComparedNode(id, null, null, 5, true, NOW.minusSeconds(3600), null);
    }

    public static ComparedNode pending(String id, Duration age) {
        return new ComparedNode(id, shown(id), SET, 5, false, NOW.minus(age), null);
    }

    public static ComparedNode refused(String id) {
        return new ComparedNode(id, shown(id), SET, 5, false, NOW, "too large");
    }

    public static CatalogInstance entry(String id) {
        return entry(id, CheckStatus.PASSING, CONSUL_NODE);
    }

    public static CatalogInstance entry(String id, CheckStatus check, String consulNode) {
        ServiceEntry shown = shown(id);
        return new CatalogInstance(
                id, shown.name(), shown.tags(), shown.meta(), shown.address(), shown.port(), shown.weights(), check,
                false,
                consulNode, 7);
    }

    /** An entry whose health URL Consul probes. */
    public static CatalogInstance probed(String id, CheckStatus check) {
        ServiceEntry shown = shown(id);
        return new CatalogInstance(
                id, shown.name(), shown.tags(), shown.meta(), shown.address(), shown.port(), shown.weights(), check,
                true, CONSUL_NODE,
                7);
    }

    /** What Consul is to show of the sidecar proxy of a node. */
    static ServiceEntry proxy(String id) {
        ServiceEntry node = shown(id);
        return new ServiceEntry(
                "onex-effect-sidecar-proxy", ServiceId.ofSidecar(id), List.of(),
                Map.of("registry-id", "r-1", "node-id", id), node.address(), 20000, node.weights(), node.healthUrl(),
                new ProxyTarget(node.name(), node.id()));
    }

    /** A row of a node with a sidecar proxy. */
    static ComparedNode meshed(String id) {
        return meshed(id, true, null);
    }

    static ComparedNode meshed(String id, boolean confirmed, String refusal) {
        return new ComparedNode(
                id, shown(id), SET, new ComparedNode.Sidecar(proxy(id), SET), 4, confirmed, NOW.minusSeconds(3600),
                refusal);
    }

    static CatalogInstance sidecar(String id) {
        return sidecar(id, proxy(id).port(), proxy(id).proxied(), CheckStatus.PASSING, CONSUL_NODE);
    }

    static CatalogInstance sidecar(String id, int port, ProxyTarget proxied, CheckStatus check, String consulNode) {
        ServiceEntry shown = proxy(id);
        return new CatalogInstance(
                shown.id(), shown.name(), shown.tags(), shown.meta(), shown.address(), port, shown.weights(), proxied,
                check, false, consulNode, 7);
    }

    public static Finding rowless(String id) {
        return new Finding(Kind.EXTRA, id, null, entry(id), false, List.of());
    }

    /** The sidecar proxy of a node without a row. */
    public static Finding rowlessSidecar(String id) {
        return new Finding(Kind.EXTRA, id, null, sidecar(id), true, List.of());
    }

    public static Map<String, ComparedNode> rows(ComparedNode... rows) {
        Map<String, ComparedNode> byId = new TreeMap<>();
        Arrays.stream(rows).forEach(row -> byId.put(row.nodeId(), row));
        return byId;
    }

    public static Map<String, CatalogInstance> entries(CatalogInstance... entries) {
        return Arrays.stream(entries)
                .collect(Collectors.toMap(CatalogInstance::nodeId, entry -> entry, (a, b) -> a, HashMap::new));
    }
}
