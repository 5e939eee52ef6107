// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What callers receive by xDS, by the running registry. */
class XdsIT {

    private static final Registry REGISTRY = Registry.shared();
    private static final String PREFIX = Registry.uniqueId("xds");
    /** A service that no other test's nodes are in. */
    private static final String SERVICE = "onex-orchestrator/" + PREFIX;
    private static final String ASSIGNMENT = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";

    private static final ManagedChannel CHANNEL = Grpc.newChannelBuilder(
            "127.0.0.1:" + Registry.sharedXdsPort(), InsecureChannelCredentials.create()).build();
    private static StreamObserver<DiscoveryRequest> stream;
    private static volatile Map<String, LbEndpoint> received = Map.of();

    /** Acknowledges what it gets, but for what the test wants refused. */
    private static final class Client implements StreamObserver<DiscoveryResponse> {

        @Override
        public void onNext(DiscoveryResponse answer) {
            try {
                ClusterLoadAssignment assignment = answer.getResources(0).unpack(ClusterLoadAssignment.class);
                Map<String, LbEndpoint> all = new HashMap<>();
                assignment.getEndpointsList().stream().flatMap(each -> each.getLbEndpointsList().stream())
                        .forEach(each -> all.put(
                                each.getEndpoint().getAddress().getSocketAddress().getAddress(), each));
                received = all;
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
            stream.onNext(ask().setVersionInfo(answer.getVersionInfo()).setResponseNonce(answer.getNonce()).build());
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }

    private static DiscoveryRequest.Builder ask() {
        return DiscoveryRequest.newBuilder().setTypeUrl(ASSIGNMENT).addResourceNames(SERVICE)
                .setNode(Node.newBuilder().setId(PREFIX));
    }

    @BeforeAll
    static void opensAStream() {
        register("a", "http://10.1.2.3:8080");
        register("b", "http://10.1.2.4:8080");
        register("named", "http://no-such-host.invalid:8080");
        stream = AggregatedDiscoveryServiceGrpc.newStub(CHANNEL).streamAggregatedResources(new Client());
        stream.onNext(ask().build());
    }

    @AfterAll
    static void end() {
        CHANNEL.shutdownNow();
    }

    private static void register(String name, String url) {
        register(name, PREFIX, url);
    }

    private static void register(String name, String endpoint, String url) {
        ObjectNode payload = Json.object("{'node_type': 'orchestrator', 'capabilities': {}}")
                .put("node_id", PREFIX + "-" + name);
        payload.putObject("endpoints").put(endpoint, url);
        Answer answer = REGISTRY.post("/api/v1/registrations", payload);
        assertThat(answer.status()).as(answer.body()).isIn(200, 201, 202);
    }

    private static JsonNode view(String query) {
        Answer answer = REGISTRY.get("/api/v1/xds" + query);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static Optional<JsonNode> client() {
        return StreamSupport.stream(view("").path("clients").spliterator(), false)
                .filter(each -> each.path("id").asText().equals(PREFIX))
                .findFirst();
    }

    @Test
    void tellsOfNodesThatComeAndGoAndAreCordoned() {
        eventually().untilAsserted(() -> assertThat(received).containsOnlyKeys("10.1.2.3", "10.1.2.4"));

        register("c", "http://10.1.2.5:8080");
        eventually().untilAsserted(() -> assertThat(received).containsOnlyKeys("10.1.2.3", "10.1.2.4", "10.1.2.5"));

        String cordon = "/api/v1/registrations/" + PREFIX + "-c/cordon";
        assertThat(
                REGISTRY.send(Registry.asOperator(REGISTRY.request(cordon)).header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString("{\"reason\": \"a test\"}"))).status())
                .isIn(200, 202);
        eventually().untilAsserted(() -> assertThat(received).hasEntrySatisfying(
                "10.1.2.5", each -> assertThat(each.getHealthStatus()).isEqualTo(HealthStatus.DRAINING)));

        assertThat(REGISTRY.delete("/api/v1/registrations/" + PREFIX + "-c").status()).isBetween(200, 204);
        eventually().untilAsserted(() -> assertThat(received).containsOnlyKeys("10.1.2.3", "10.1.2.4"));
    }

    @Test
    void showsWhoAsksAndWhatIsLeftOut() {
        eventually().untilAsserted(() -> assertThat(client()).hasValueSatisfying(client -> {
            assertThat(client.path("waiting").asBoolean()).isFalse();
            assertThat(client.path("subscriptions").path(0).path("names").path(0).asText()).isEqualTo(SERVICE);
            assertThat(client.path("subscriptions").path(0).path("acknowledged_version").asText()).isNotEmpty();
        }));
        String ofService = "?left_out_service=" + Registry.encoded(SERVICE);
        eventually().untilAsserted(() -> assertThat(view(ofService).path("left_out")).singleElement()
                .satisfies(each -> {
                    assertThat(each.path("node_id").asText()).isEqualTo(PREFIX + "-named");
                    assertThat(each.path("reason").asText()).isEqualTo("unresolved");
                    assertThat(each.path("detail").asText()).isEqualTo("no-such-host.invalid");
                }));
        JsonNode unresolved = view(ofService + "&left_out_reason=unresolved");
        assertThat(unresolved.path("left_out")).hasSize(1);
        assertThat(unresolved.path("left_out_matching").intValue()).isEqualTo(1);
        assertThat(unresolved.at("/left_out_total/unresolved").intValue()).as("of all services").isGreaterThan(1);
        register("misnamed", PREFIX + " two words", "http://10.1.2.6:8080");
        eventually().untilAsserted(() -> assertThat(
                view("?left_out_reason=bad_name&left_out_service=" + Registry.encoded(SERVICE + " two words"))
                        .path("left_out"))
                .singleElement().satisfies(each -> assertThat(
                        each.path("node_id").asText()).isEqualTo(PREFIX + "-misnamed")));
        assertThat(view(ofService + "&left_out_reason=no_port").path("left_out")).isEmpty();
        assertThat(REGISTRY.get("/api/v1/xds?left_out_reason=away").body()).contains("left_out_reason", "no_port");
        assertThat(REGISTRY.get("/api/v1/xds?left_out_reason=away").status()).isEqualTo(400);
        assertThat(REGISTRY.get("/api/v1/xds?x=1").status()).isEqualTo(400);
    }

    private static Answer rest(String user, String what, String body) {
        var request = REGISTRY.request("/v3/discovery:" + what).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.replace('\'', '"')));
        return REGISTRY.send(user == null ? request : Registry.as(user, request));
    }

    @Test
    void answersEnvoyByRest() {
        String ask = "{'node': {'id': 'envoy', 'extensions': [{'name': 'x', 'type_urls': []}]}, 'resource_names': ['"
                + SERVICE + "'], 'type_url': '" + ASSIGNMENT + "'";
        eventually().untilAsserted(() -> { // all addresses have to be looked up first, and the view to be followed
            Answer first = rest("reader", "endpoints", ask + "}");
            assertThat(first.status()).as(first.body()).isEqualTo(200);
            assertThat(first.mediaType()).isEqualTo("application/json");
            JsonNode answer = first.json();
            assertThat(answer.at("/resources/0/@type").asText()).isEqualTo(ASSIGNMENT);
            assertThat(answer.at("/resources/0/cluster_name").asText()).isEqualTo(SERVICE);
            assertThat(answer.at("/resources/0/endpoints/0/lb_endpoints")).hasSizeGreaterThan(1);
            String version = answer.path("version_info").asText();
            assertThat(rest("reader", "endpoints", ask + ", 'version_info': '" + version + "'}").status())
                    .isEqualTo(304);
        });

        Answer clusters = rest("reader", "clusters", "{'resource_names': ['" + SERVICE + "']}");
        assertThat(clusters.json().at("/resources/0/name").asText()).isEqualTo(SERVICE);
        assertThat(rest("reader", "clusters", "{}").json().path("resources")).hasSizeGreaterThan(1);
    }

    @Test
    void refusesByRestWhatIsNotForEnvoy() {
        assertThat(rest(null, "endpoints", "{}").status()).isEqualTo(401);
        assertThat(rest("reader", "endpoints", "{").status()).isEqualTo(400);
        assertThat(rest("reader", "endpoints", "{").mediaType()).isEqualTo("application/problem+json");
        assertThat(rest("reader", "endpoints", "{'type_url': 'type.googleapis.com/other'}").status()).isEqualTo(400);
        assertThat(rest("reader", "listeners", "{}").status()).isIn(404, 405);
        assertThat(rest("reader", "endpoints", " ".repeat(2 << 20)).status()).isEqualTo(413);
        assertThat(REGISTRY.get("/v3/discovery:endpoints").status()).isEqualTo(405);
        assertThat(REGISTRY.send(Registry.as("reader", REGISTRY.request("/v3/discovery:endpoints"))
                .header("Content-Type", "text/plain").POST(BodyPublishers.ofString("{}"))).status()).isEqualTo(415);
    }
}
