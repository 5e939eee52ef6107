// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nodebridge.registry.model.Fold;
import org.nodebridge.registry.model.ModelEvent;
import org.nodebridge.registry.servers.FreePorts;
import org.nodebridge.registry.servers.ServerGroup;

/** One region with all that it has of its own, another region beside it, and nodes that can be called. */
final class Site implements AutoCloseable {

    /** What those nodes can do, and nobody else. */
    static final String WORK = "work-of-sites";

    private static final String TYPE = "orchestrator";

    /** An endpoint that no other node has, so that the service by its name is of them alone. */
    private static final String ENDPOINT = "calls";

    private final String region;
    private final String other;
    private final ServerGroup servers;
    private final Registry registry;
    private final LoadOfEvents load;
    private final List<CallableNode> callable;
    private final GrpcFleet fleet;
    private final int xdsPort = FreePorts.one();

    /** @param datacenter the other region's in Consul */
    Site(String region, String other, String datacenter, ServerGroup servers, long seed, int nodes, int perSecond) {
        this.region = region;
        this.other = other;
        this.servers = servers;
        this.registry = Registry.on(servers, Backends.emptyDirectory("sites/registry-" + region), Map.of(
                "REGISTRY_REGION", region,
                "REGISTRY_REGIONS", other,
                "REGISTRY_CONSUL_FAILOVER_DATACENTERS", datacenter,
                "REGISTRY_XDS_PORT", Integer.toString(xdsPort),
                "REGISTRY_XDS_HOST", "127.0.0.1",
                "REGISTRY_XDS_INSECURE", "true",
                "REGISTRY_XDS_SCOPE", "all",
                "REGISTRY_LEASE_TTL", "PT12H"));
        this.load = new LoadOfEvents(registry.broker(), seed, prefix(region), nodes, perSecond);
        this.callable = Stream.of("1", "2")
                .map(number -> CallableNode.listening("callable-" + region + "-" + number)).toList();
        this.fleet = GrpcFleet.listening(registry, TYPE, 2);
    }

    private static String prefix(String region) {
        return "load-" + region;
    }

    String region() {
        return region;
    }

    Registry registry() {
        return registry;
    }

    LoadOfEvents load() {
        return load;
    }

    ServerGroup servers() {
        return servers;
    }

    void registerCallable() {
        callable.forEach(node -> node.register(registry, TYPE, WORK));
        fleet.nodes().forEach(node -> fleet.announce(node.id(), ENDPOINT, "http://" + GrpcFleet.text(node.address())));
    }

    /** Nodes that are called by what is said by xDS. */
    GrpcFleet fleet() {
        return fleet;
    }

    /** Calls from here by xDS. */
    ContinuousCalls callsByXds() {
        MeshBootstrap bootstrap = new MeshBootstrap(xdsPort, "caller-in-" + region, region);
        return new ContinuousCalls(bootstrap.scheme() + ":///onex-" + TYPE + "/" + ENDPOINT);
    }

    Set<String> callable() {
        return callable.stream().map(CallableNode::id).collect(Collectors.toSet());
    }

    void cordonCallable() {
        callable.forEach(node -> node.cordon(registry));
    }

    void uncordonCallable() {
        callable.forEach(node -> node.uncordon(registry));
    }

    /** Who calls from here, nodes of any region. */
    RouteCaller caller() {
        String authorization = Registry.as("reader", registry.request("/")).build().headers()
                .firstValue("Authorization").orElseThrow();
        return new RouteCaller(registry.liberty().url(), "capability=" + WORK + "&scope=all", authorization);
    }

    /** How it stands with the other region. */
    String link() {
        return registry.get("/api/v1/regions").json().at("/regions/0/state").asText();
    }

    /** The nodes of the other region as they are known here. */
    Map<String, JsonNode> remote() {
        Map<String, JsonNode> nodes = new TreeMap<>();
        String cursor = "";
        do {
            Answer answer = registry.get("/api/v1/regions/" + other + "/registrations?limit=500" + cursor);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            JsonNode page = answer.json();
            page.path("registrations").forEach(node -> nodes.put(
                    node.path("node_id").asText(), node.path("registration")));
            cursor = page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").asText() : "";
        } while (!cursor.isEmpty());
        return nodes;
    }

    /** Where its own stores are not what its nodes have said. A cordon and its end are no events of nodes. */
    List<String> wrong() {
        Agreement agreement =
                Agreement.of(load.fold(), registry.stores(), nodeId -> nodeId.startsWith(prefix(region)));
        return Stream.of(agreement.lost(), agreement.doubled(), agreement.history()).flatMap(List::stream)
                .filter(flaw -> callable().stream().noneMatch(flaw::contains))
                .toList();
    }

    /** Nodes of the other region that are known here otherwise than they have said there, and how. */
    List<String> wrongOf(Site there) {
        Map<String, JsonNode> known = remote();
        Fold said = there.load.fold();
        Set<String> nodeIds = new TreeSet<>(said.nodeIds());
        known.keySet().stream().filter(nodeId -> nodeId.startsWith(prefix(there.region))).forEach(nodeIds::add);
        List<String> wrong = new ArrayList<>();
        for (String nodeId : nodeIds) {
            Optional<String> expected = said.registered(nodeId).map(ModelEvent::contentVersion);
            Optional<String> shown = Optional.ofNullable(known.get(nodeId)).map(node -> node.path("version").asText());
            if (!expected.equals(shown)) {
                wrong.add(nodeId + " is " + shown + " and not " + expected);
            }
        }
        there.callable().stream().filter(nodeId -> !known.containsKey(nodeId)).forEach(wrong::add);
        return wrong;
    }

    /** To which datacenter Consul leads a caller of orchestrators from here; empty for none. */
    String ledTo() {
        JsonNode answer = registry.stores().consul("/v1/query/onex-" + TYPE + "/execute");
        return answer.path("Nodes").isEmpty() ? "" : answer.path("Datacenter").asText();
    }

    /** Cordons all nodes of the type that is called, or ends that. */
    void all(String action) {
        ObjectNode body = Json.object("{'node_types': ['" + TYPE + "']}").put("action", action);
        if (action.equals("cordon")) {
            body.put("reason", "maintenance");
        }
        Answer answer = registry.post("/api/v1/cordons", body);
        assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
    }

    @Override
    public void close() {
        load.close();
        callable.forEach(CallableNode::close);
        fleet.stop();
        registry.liberty().kill();
        servers.kill();
    }
}
