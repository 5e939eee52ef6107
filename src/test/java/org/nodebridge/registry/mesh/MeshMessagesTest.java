// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.nodebridge.registry.mesh.MeshNodes.cordoned;
import static org.nodebridge.registry.mesh.MeshNodes.inRegion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.listener.v3.Listener;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.route.v3.Route;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.grpc.xds.shaded.io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.mesh.MeshProblems.MeshUnavailableException;
import org.nodebridge.registry.mesh.xds.DiscoveryRequest;
import org.nodebridge.registry.mesh.xds.DiscoveryRequest.Node;
import org.nodebridge.registry.mesh.xds.ProtoMessage;

/** What is sent, as Envoy's own classes read it, in both forms. */
class MeshMessagesTest {

    private static final JsonFormat.Parser STRICT = JsonFormat.parser().usingTypeRegistry(TypeRegistry.newBuilder()
            .add(Cluster.getDescriptor()).add(ClusterLoadAssignment.getDescriptor()).add(Listener.getDescriptor())
            .add(manager().getDescriptorForType())
            .add(Router.getDescriptor()).build());

    // @formatter:off: an import of it would be longer than a line may be
    private static
            io.grpc.xds.shaded.io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
                    .HttpConnectionManager manager() {
        return
            io.grpc.xds.shaded.io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3
                    .HttpConnectionManager.getDefaultInstance();
    }
    // @formatter:on

    /** Read from bytes, without a field that is not known, and the same as read from JSON. */
    private static <T extends Message> T read(ProtoMessage message, T type) {
        try {
            Message read = type.getParserForType().parseFrom(message.bytes());
            Message.Builder fromJson = type.newBuilderForType();
            String json = new ObjectMapper().writeValueAsString(message.anyJson("x"));
            STRICT.merge(json.replaceFirst("\"@type\":\"x\",?", ""), fromJson);
            assertThat(fromJson.build()).isEqualTo(read);
            assertThat(read.toByteArray()).as("no unknown field").hasSize(read.getSerializedSize());
            assertThat(read.getUnknownFields().asMap()).isEmpty();
            @SuppressWarnings("unchecked") // of the parser of that type
            T same = (T) read;
            return same;
        } catch (InvalidProtocolBufferException | JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static ClusterLoadAssignment assignment(MeshNodes fleet, String region, DiscoveredNode... nodes) {
        return read(fleet.of(nodes).services().get("onex-effect").message(region),
                ClusterLoadAssignment.getDefaultInstance());
    }

    @Test
    void aListenerSendsAllCallsToTheClusterOfItsName() throws InvalidProtocolBufferException {
        Listener listener = read(Resources.listener("onex-effect"), Listener.getDefaultInstance());

        assertThat(listener.getName()).isEqualTo("onex-effect");
        var manager = listener.getApiListener().getApiListener().unpackSameTypeAs(manager());
        assertThat(manager.getStatPrefix()).isEqualTo("onex-effect");
        assertThat(manager.getRouteConfig().getName()).isEqualTo("onex-effect");
        assertThat(manager.getHttpFiltersList()).singleElement().satisfies(filter -> {
            assertThat(filter.getName()).isEqualTo("router");
            assertThat(filter.getTypedConfig().is(Router.class)).isTrue();
        });
        VirtualHost host = manager.getRouteConfig().getVirtualHosts(0);
        assertThat(host.getName()).isEqualTo("onex-effect");
        assertThat(host.getDomainsList()).containsExactly("*");
        Route route = host.getRoutes(0);
        assertThat(route.getMatch().getPathSpecifierCase()).isEqualTo(RouteMatch.PathSpecifierCase.PREFIX);
        assertThat(route.getMatch().getPrefix()).isEmpty();
        assertThat(route.getRoute().getCluster()).isEqualTo("onex-effect");
    }

    @Test
    void aClusterTakesItsAssignmentFromTheSameStream() {
        Cluster cluster = read(Resources.cluster("onex-effect"), Cluster.getDefaultInstance());

        assertThat(cluster.getName()).isEqualTo("onex-effect");
        assertThat(cluster.getType()).isEqualTo(Cluster.DiscoveryType.EDS);
        assertThat(cluster.getLbPolicy()).isEqualTo(Cluster.LbPolicy.ROUND_ROBIN);
        assertThat(cluster.getConnectTimeout().getSeconds()).isEqualTo(5);
        assertThat(cluster.getCommonLbConfig().hasLocalityWeightedLbConfig()).isTrue();
        ConfigSource source = cluster.getEdsClusterConfig().getEdsConfig();
        assertThat(source.hasAds()).isTrue();
        assertThat(source.getResourceApiVersion()).isEqualTo(ApiVersion.V3);
    }

    @Test
    void aClusterByRestTakesItsAssignmentByRest() {
        ConfigSource source = read(Resources.restCluster("onex-effect"), Cluster.getDefaultInstance())
                .getEdsClusterConfig().getEdsConfig();

        assertThat(source.getResourceApiVersion()).isEqualTo(ApiVersion.V3);
        ApiConfigSource rest = source.getApiConfigSource();
        assertThat(rest.getApiType()).isEqualTo(ApiConfigSource.ApiType.REST);
        assertThat(rest.getTransportApiVersion()).isEqualTo(ApiVersion.V3);
        assertThat(rest.getClusterNamesList()).containsExactly("node-bridge-registry");
        assertThat(rest.getRefreshDelay().getSeconds()).isEqualTo(5);
    }

    @Test
    void anAssignmentHasAddressHealthAndWeightOfEachNode() {
        ClusterLoadAssignment assignment =
                assignment(new MeshNodes(), "", inRegion("a", "eu", 8080), inRegion("b", "eu", 8081));

        assertThat(assignment.getClusterName()).isEqualTo("onex-effect");
        assertThat(assignment.getEndpointsList()).singleElement().satisfies(locality -> {
            assertThat(locality.getLocality().getRegion()).isEqualTo("eu");
            assertThat(locality.getLocality().getSubZone()).isEmpty();
            assertThat(locality.getLoadBalancingWeight().getValue()).isEqualTo(6);
            assertThat(locality.getLbEndpointsList()).hasSize(2);
        });
        LbEndpoint endpoint = assignment.getEndpoints(0).getLbEndpoints(0);
        SocketAddress address = endpoint.getEndpoint().getAddress().getSocketAddress();
        assertThat(address.getAddress()).isEqualTo("10.0.0.1");
        assertThat(address.getPortValue()).isEqualTo(8080);
        assertThat(address.getProtocol()).isEqualTo(SocketAddress.Protocol.TCP);
        assertThat(endpoint.getHealthStatus()).isEqualTo(HealthStatus.HEALTHY);
        assertThat(endpoint.getLoadBalancingWeight().getValue()).isEqualTo(3);
    }

    @Test
    void prioritiesAreTheCallersRegionThenTheOrderThenTheNamesWithoutAGap() {
        MeshNodes fleet = new MeshNodes(new AssignmentLayout(List.of("us", "nowhere"), false));

        ClusterLoadAssignment assignment = assignment(fleet, "eu", inRegion("a", "asia", 1), inRegion("b", "us", 2),
                inRegion("c", "eu", 3), inRegion("d", null, 4), inRegion("e", "zoo", 5), inRegion("f", "us", 6));

        assertThat(assignment.getEndpointsList())
                .extracting(each -> each.getLocality().getRegion(), LocalityLbEndpoints::getPriority)
                .containsExactly(
                        tuple("eu", 0), tuple("us", 1), tuple("asia", 2), tuple("zoo", 3), tuple("", 4));
    }

    @Test
    void callersOfNoKnownRegionShareAllOfThemUnlessThereIsAnOrder() {
        DiscoveredNode[] nodes = {inRegion("a", "eu", 1), inRegion("b", "us", 2)};

        assertThat(assignment(new MeshNodes(), "mars", nodes).getEndpointsList())
                .extracting(LocalityLbEndpoints::getPriority).containsExactly(0, 0);
        assertThat(assignment(new MeshNodes(new AssignmentLayout(List.of("us"), false)), "mars", nodes)
                .getEndpointsList())
                .extracting(each -> each.getLocality().getRegion(), LocalityLbEndpoints::getPriority)
                .containsExactly(tuple("us", 0), tuple("eu", 1));
    }

    private static final MeshNodes WITH_OTHERS = new MeshNodes()
            .other("us", MeshNodes.node("u", "http://10.0.1.1:80"), MeshNodes.node("a", "http://10.0.1.2:80"))
            .other("ap", MeshNodes.node("p", "http://10.0.2.1:80"));

    @ParameterizedTest
    @CsvSource({"eu, 'eu//0 us//1 us/other-region/2 ap/other-region/3'", "us, 'us//0 eu//1 us/other-region/2"
            + " ap/other-region/3'",
        "ap, 'eu//0 us//0 us/other-region/1 ap/other-region/2'",
        "'', 'eu//0 us//0 us/other-region/1 ap/other-region/2'"})
    void nodesOfOtherRegionsComeAfterAllOfOurOwnForAnyRegionOfTheCaller(String region, String localities) {
        assertThat(assignment(WITH_OTHERS, region, inRegion("a", "eu", 1), inRegion("b", "us", 2)).getEndpointsList())
                .extracting(each -> each.getLocality().getRegion() + "/" + each.getLocality().getZone() + "/"
                        + each.getPriority())
                .containsExactly(localities.split(" "));
    }

    @Test
    void nodesOfAnotherRegionAreAllThereIsWhereWeHaveNone() {
        assertThat(assignment(WITH_OTHERS, "eu").getEndpointsList())
                .extracting(each -> each.getLocality().getRegion(), LocalityLbEndpoints::getPriority,
                        LocalityLbEndpoints::getLbEndpointsCount)
                .containsExactly(tuple("us", 0, 2), tuple("ap", 1, 1));
    }

    @Test
    void eachNodeOfAnotherRegionIsALocalityWhereWeightsAreToCount() {
        MeshNodes fleet = new MeshNodes(new AssignmentLayout(List.of(), true))
                .other("eu", MeshNodes.node("a", "http://10.0.1.1:80"), MeshNodes.node("b", "http://10.0.1.2:80"));

        assertThat(assignment(fleet, "eu", inRegion("a", "eu", 1)).getEndpointsList())
                .extracting(each -> each.getLocality().getZone(), each -> each.getLocality().getSubZone(),
                        LocalityLbEndpoints::getPriority)
                .containsExactly(tuple("", "a", 0), tuple("other-region", "a", 1), tuple("other-region", "b", 1));
    }

    @Test
    void eachNodeIsALocalityWhereWeightsAreToCount() {
        MeshNodes fleet = new MeshNodes(new AssignmentLayout(List.of(), true));

        assertThat(assignment(fleet, "eu", inRegion("a", "eu", 1), inRegion("b", "eu", 2), inRegion("c", "us", 3))
                .getEndpointsList())
                .extracting(each -> each.getLocality().getSubZone(), LocalityLbEndpoints::getPriority,
                        each -> each.getLoadBalancingWeight().getValue())
                .containsExactly(tuple("a", 0, 3), tuple("b", 0, 3), tuple("c", 1, 3));
    }

    @Test
    void theWeightOfARegionIsThatOfItsNodesThatGetCalls() {
        assertThat(assignment(new MeshNodes(), "", inRegion("a", "eu", 1), cordoned(inRegion("b", "eu", 2)),
                inRegion("c", "us", 3), cordoned(inRegion("d", "zoo", 4)), cordoned(inRegion("e", "zoo", 5)))
                .getEndpointsList())
                .extracting(each -> each.getLocality().getRegion(), each -> each.getLoadBalancingWeight().getValue())
                .as("of a region without one that of all").containsExactly(
                        tuple("eu", 3), tuple("us", 3), tuple("zoo", 6));
    }

    @Test
    void anAnswerByRestIsOneOfEnvoysAndIsNotRepeated() throws Exception {
        MeshNodes fleet = new MeshNodes();
        MeshSnapshot snapshot = fleet.of(inRegion("a", "eu", 1));
        for (ResourceType type : List.of(ResourceType.CLUSTERS, ResourceType.ENDPOINTS)) {
            RestAnswer first = RestAnswer.of(snapshot, type, ask("", type));
            DiscoveryResponse.Builder response = DiscoveryResponse.newBuilder();
            STRICT.merge(new ObjectMapper().writeValueAsString(first.body()), response);

            assertThat(response.getResourcesList()).hasSize(1).allMatch(any -> any.getTypeUrl().equals(type.url()));
            assertThat(response.getTypeUrl()).isEqualTo(type.url());
            assertThat(response.getVersionInfo()).startsWith("41-");
            assertThat(first.isNew()).isTrue();
            assertThat(RestAnswer.of(snapshot.at(99), type, ask(response.getVersionInfo(), type)).isNew()).isFalse();
        }
        MeshSnapshot changed = fleet.of(inRegion("a", "eu", 2));
        String version = (String) RestAnswer.of(snapshot, ResourceType.ENDPOINTS, ask("", ResourceType.ENDPOINTS))
                .body().get("version_info");

        assertThat(RestAnswer.of(changed, ResourceType.ENDPOINTS, ask(version, ResourceType.ENDPOINTS)).isNew())
                .isTrue();
    }

    private static DiscoveryRequest ask(String version, ResourceType type) {
        return ask(version, type, List.of("onex-effect"));
    }

    private static DiscoveryRequest ask(String version, ResourceType type, List<String> names) {
        return new DiscoveryRequest(version, new Node("envoy", "eu", ""), names, type.url(), "", null);
    }

    @Test
    void whatIsNamedTwiceOrInAnotherOrderIsNoOtherAnswerByRest() {
        MeshSnapshot snapshot = new MeshNodes().of(inRegion("a", "eu", 1));
        for (ResourceType type : List.of(ResourceType.CLUSTERS, ResourceType.ENDPOINTS)) {
            Map<String, Object> body =
                    RestAnswer.of(snapshot, type, ask("", type, List.of("onex-effect", "onex-effect/api"))).body();
            List<String> again = List.of("onex-effect/api", "onex-effect", "onex-effect/api");

            assertThat((List<?>) RestAnswer.of(snapshot, type, ask("", type, again)).body().get("resources"))
                    .hasSize(2);
            assertThat(RestAnswer.of(snapshot, type, ask((String) body.get("version_info"), type, again)).isNew())
                    .isFalse();
        }
    }

    @Test
    void nothingIsWrittenForWhatIsKnownByRest() {
        MeshSnapshot snapshot = new MeshNodes().of(inRegion("a", "eu", 1));
        RestAnswer first = RestAnswer.of(snapshot, ResourceType.ENDPOINTS, ask("", ResourceType.ENDPOINTS));
        String version = (String) first.body().get("version_info");

        assertThat(RestAnswer.of(snapshot, ResourceType.ENDPOINTS, ask(version, ResourceType.ENDPOINTS)).body())
                .isEmpty();
    }

    @Test
    void aServiceWithoutNodesIsAnEmptyAssignmentByRest() {
        Map<String, Object> body = RestAnswer.of(new MeshNodes().of(), ResourceType.ENDPOINTS,
                ask("", ResourceType.ENDPOINTS)).body();

        assertThat((List<?>) body.get("resources")).singleElement().isEqualTo(Map.of(
                "@type", ResourceType.ENDPOINTS.url(), "cluster_name", "onex-effect"));
    }

    @Test
    void nothingIsSaidByRestOfAServiceThatMayYetAnnounceItself() {
        MeshNodes fleet = new MeshNodes();
        fleet.complete = false;
        MeshSnapshot snapshot = fleet.of(inRegion("a", "eu", 1));
        List<String> names = List.of("onex-effect", "onex-compute");

        assertThat((List<?>) RestAnswer.of(
                snapshot, ResourceType.ENDPOINTS, ask("", ResourceType.ENDPOINTS, names)).body().get("resources"))
                .hasSize(1);
        assertThat((List<?>) RestAnswer.of(
                snapshot, ResourceType.CLUSTERS, ask("", ResourceType.CLUSTERS, names)).body().get("resources"))
                .as("what is missing in it is deleted").hasSize(2);
    }

    @Test
    void aRestClientWithOtherClustersDoesNotReceiveAllBeforeTheseAreKnown() {
        MeshNodes fleet = new MeshNodes();
        fleet.complete = false;
        MeshSnapshot snapshot = fleet.of(inRegion("a", "eu", 1));
        RestAnswer first = RestAnswer.of(snapshot, ResourceType.CLUSTERS, ask("", ResourceType.CLUSTERS, List.of()));
        String version = (String) first.body().get("version_info");

        assertThat((List<?>) first.body().get("resources")).hasSize(2);
        assertThat(RestAnswer.of(snapshot, ResourceType.CLUSTERS, ask(version, ResourceType.CLUSTERS, List.of()))
                .isNew()).isFalse();
        DiscoveryRequest knowsOther = ask("40-0123456789ab", ResourceType.CLUSTERS, List.of());
        assertThatThrownBy(() -> RestAnswer.of(snapshot, ResourceType.CLUSTERS, knowsOther))
                .isInstanceOf(MeshUnavailableException.class);

        fleet.complete = true;
        assertThat(RestAnswer.of(fleet.of(inRegion("a", "eu", 1)), ResourceType.CLUSTERS, knowsOther).isNew())
                .isTrue();
    }
}
