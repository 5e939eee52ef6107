// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.nodebridge.registry.mesh.MeshNodes.NOW;
import static org.nodebridge.registry.mesh.MeshNodes.node;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.Locality;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.xds.shaded.io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.grpc.xds.shaded.io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.mesh.xds.MalformedMessageException;

class AdsStreamTest {

    private static final String EDS = ResourceType.ENDPOINTS.url();
    private static final String CDS = ResourceType.CLUSTERS.url();
    private static final String LDS = ResourceType.LISTENERS.url();

    private final MeshNodes fleet = new MeshNodes();
    private final List<DiscoveryResponse> sent = new ArrayList<>();
    private final MeshStats stats = new MeshStats();
    private boolean full;
    private final AdsStream stream = new AdsStream(new AdsStream.Outlet() {
        @Override
        public boolean isFull() {
            return full;
        }

        @Override
        public void send(List<byte[]> parts) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            parts.forEach(bytes::writeBytes);
            try {
                sent.add(DiscoveryResponse.parseFrom(bytes.toByteArray()));
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }
    }, stats, "replica", NOW);

    private static DiscoveryRequest.Builder ask(String type, String... names) {
        return DiscoveryRequest.newBuilder().setTypeUrl(type).addAllResourceNames(List.of(names));
    }

    private void receive(DiscoveryRequest.Builder request) throws MalformedMessageException {
        stream.receive(request.build().toByteArray(), NOW);
    }

    private DiscoveryRequest.Builder answered(String type, String... names) {
        DiscoveryResponse last = lastOf(type);
        return ask(type, names).setVersionInfo(last.getVersionInfo()).setResponseNonce(last.getNonce());
    }

    private DiscoveryResponse lastOf(String type) {
        return sent.stream().filter(each -> each.getTypeUrl().equals(type)).reduce((a, b) -> b).orElseThrow();
    }

    private static ClusterLoadAssignment assignment(Any any) {
        try {
            return any.unpack(ClusterLoadAssignment.class);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void waitsForTheFirstSnapshot() throws MalformedMessageException {
        receive(ask(EDS, "onex-effect"));

        assertThat(sent).isEmpty();

        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);

        assertThat(sent).singleElement().satisfies(answer -> {
            assertThat(answer.getVersionInfo()).isEqualTo("41");
            assertThat(answer.getNonce()).startsWith("replica-");
            assertThat(assignment(answer.getResources(0)).getEndpoints(0).getLbEndpoints(0).getEndpoint().getAddress()
                    .getSocketAddress().getPortValue()).isEqualTo(80);
        });
    }

    @Test
    void anAcknowledgementIsNotAnsweredAndAChangeIs() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(EDS, "onex-effect"));
        receive(answered(EDS, "onex-effect"));
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);

        assertThat(sent).hasSize(1);
        assertThat(stream.subscriptions().get(ResourceType.ENDPOINTS).acknowledged()).isEqualTo("41");

        stream.update(fleet.of(node("a", "http://10.0.0.1:81")), NOW);

        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).getVersionInfo()).isEqualTo("43");
    }

    @Test
    void aRefusalIsKeptAndNotAnsweredByTheSameAgain() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(EDS, "onex-effect").setNode(Node.newBuilder().setId("caller")));
        receive(answered(EDS, "onex-effect").setVersionInfo("")
                .setErrorDetail(Status.newBuilder().setCode(3).setMessage("no such thing")));

        assertThat(sent).hasSize(1);
        assertThat(stats.nacks()).singleElement().satisfies(nack -> {
            assertThat(nack.client()).isEqualTo("caller");
            assertThat(nack.version()).isEqualTo("41");
            assertThat(nack.message()).isEqualTo("no such thing");
        });
        assertThat(stream.subscriptions().get(ResourceType.ENDPOINTS).acknowledged()).isEmpty();
    }

    @Test
    void aRefusalOfAnEarlierAnswerIsKeptToo() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(EDS, "onex-effect").setNode(Node.newBuilder().setId("caller")));
        DiscoveryRequest.Builder late = answered(EDS, "onex-effect").setVersionInfo("")
                .setErrorDetail(Status.newBuilder().setCode(3).setMessage("no such thing"));
        stream.update(fleet.of(node("a", "http://10.0.0.1:81")), NOW);
        receive(late);

        assertThat(sent).hasSize(2);
        assertThat(stats.nacks()).singleElement().satisfies(nack -> {
            assertThat(nack.message()).isEqualTo("no such thing");
            assertThat(nack.version()).as("which it was is not known").isEmpty();
        });
        assertThat(stream.lastNack()).isEqualTo(stats.nacks().get(0));
    }

    @Test
    void anAnswerToAnEarlierOneIsIgnored() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(EDS, "onex-effect"));
        DiscoveryRequest.Builder late = answered(EDS, "onex-effect", "onex-other");
        stream.update(fleet.of(node("a", "http://10.0.0.1:81")), NOW);
        receive(late);

        assertThat(sent).hasSize(2);
        assertThat(stream.subscriptions().get(ResourceType.ENDPOINTS).names()).containsExactly("onex-effect");
    }

    @Test
    void listenersAndClustersAnswerWithAllThatIsThere() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(LDS, "onex-effect", "onex-nobody"));
        receive(ask(CDS));

        assertThat(lastOf(LDS).getResourcesList()).hasSize(1);
        assertThat(lastOf(CDS).getResourcesList()).hasSize(2);

        stream.update(fleet.of(), NOW);

        assertThat(lastOf(LDS).getResourcesList()).isEmpty();
        assertThat(lastOf(CDS).getResourcesList()).isEmpty();
    }

    @Test
    void aNameThatNobodyHasIsAnsweredByAnAnswerWithoutIt() throws MalformedMessageException {
        stream.update(fleet.of(), NOW);
        receive(ask(LDS, "onex-nobody"));
        receive(ask(EDS, "onex-nobody"));

        assertThat(lastOf(LDS).getResourcesList()).isEmpty();
        assertThat(lastOf(EDS).getResourcesList()).singleElement()
                .satisfies(any -> assertThat(assignment(any).getEndpointsList()).isEmpty());
    }

    @Test
    void aServiceThatMayYetAnnounceItselfIsNotReportedGone() throws MalformedMessageException {
        fleet.complete = false;
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        for (String type : List.of(LDS, CDS, EDS)) {
            receive(ask(type, "onex-effect", "onex-compute"));
        }

        assertThat(lastOf(LDS).getResourcesList()).as("what is missing in it is deleted").hasSize(2);
        assertThat(lastOf(CDS).getResourcesList()).hasSize(2);
        assertThat(lastOf(EDS).getResourcesList()).extracting(any -> assignment(any).getClusterName())
                .containsExactly("onex-effect");

        fleet.complete = true;
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);

        assertThat(lastOf(LDS).getResourcesList()).hasSize(1);
        assertThat(lastOf(CDS).getResourcesList()).hasSize(1);
        assertThat(lastOf(EDS).getResourcesList()).extracting(any -> assignment(any).getClusterName())
                .containsExactly("onex-compute");
    }

    @Test
    void aClientWithClustersDoesNotReceiveAllBeforeTheseAreKnown() throws MalformedMessageException {
        fleet.complete = false;
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(CDS).setVersionInfo("40"));
        stream.tick(NOW + 31_000);

        assertThat(sent).isEmpty();
        assertThat(stream.isWaiting()).isTrue();

        fleet.complete = true;
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW + 90_000);

        assertThat(lastOf(CDS).getResourcesList()).hasSize(2);
        assertThat(stream.isWaiting()).isFalse();
    }

    @Test
    void aClientWithoutClustersReceivesThoseThatAreKnown() throws MalformedMessageException {
        fleet.complete = false;
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(CDS));
        stream.update(fleet.of(node("a", "http://10.0.0.1:80"),
                MeshNodes.ofType("compute", node("b", "http://10.0.0.2:80"))), NOW);

        assertThat(sent).extracting(DiscoveryResponse::getResourcesCount).containsExactly(2, 4);
    }

    @Test
    void anAssignmentBecomesEmptyWhenAllNodesHaveLeft() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(EDS, "onex-effect"));
        stream.update(fleet.of(), NOW);

        assertThat(assignment(lastOf(EDS).getResources(0)).getEndpointsList()).isEmpty();
    }

    @Test
    void nothingIsSaidOfAServiceWhoseNamesCannotBeLookedUp() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://gone.example:80")), NOW);
        receive(ask(LDS, "onex-effect"));
        receive(ask(EDS, "onex-effect"));

        assertThat(sent).extracting(DiscoveryResponse::getTypeUrl).containsExactly(LDS);
        assertThat(lastOf(LDS).getResourcesList()).hasSize(1);
    }

    @Test
    void aReplicaThatIsBehindWaitsUntilItHasCaughtUp() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(EDS, "onex-effect").setVersionInfo("42"));

        assertThat(sent).isEmpty();
        assertThat(stream.isWaiting()).isTrue();

        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);

        assertThat(sent).hasSize(1);
    }

    @Test
    void whatAClientHasSeenNewerWaitsThoughTheStreamIsServedAlready() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(LDS, "onex-effect").setVersionInfo("40"));
        receive(ask(EDS, "onex-effect").setVersionInfo("42"));

        assertThat(sent).extracting(DiscoveryResponse::getTypeUrl).containsExactly(LDS);
        assertThat(stream.isWaiting()).isTrue();

        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);

        assertThat(lastOf(EDS).getVersionInfo()).isEqualTo("42");
        assertThat(stream.isWaiting()).isFalse();
    }

    @Test
    void whatIsWaitedForInVainIsServedAfterHalfAMinuteToo() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(LDS, "onex-effect").setVersionInfo("40"));
        receive(ask(EDS, "onex-effect").setVersionInfo("4711"));
        stream.tick(NOW + 31_000);
        List<String> events = new ArrayList<>();
        stats.takeEvents((event, count) -> events.add(event + " " + count));

        assertThat(lastOf(EDS).getVersionInfo()).isEqualTo("41");
        assertThat(stream.isWaiting()).isFalse();
        assertThat(events).containsExactly("served_behind 1");
    }

    @Test
    void aReplicaThatStaysBehindServesAfterHalfAMinute() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(EDS, "onex-effect").setVersionInfo("4711"));
        stream.tick(NOW + 29_000);

        assertThat(sent).isEmpty();

        stream.tick(NOW + 31_000);

        assertThat(sent).hasSize(1);
    }

    @Test
    void whatIsAskedForLaterIsWaitedForFromThenOn() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(LDS, "onex-effect").setVersionInfo("40"));
        long later = NOW + 60_000;
        stream.receive(ask(EDS, "onex-effect").setVersionInfo("42").build().toByteArray(), later);
        stream.tick(later + 29_000);

        assertThat(sent).extracting(DiscoveryResponse::getTypeUrl).containsExactly(LDS);

        stream.tick(later + 31_000);

        assertThat(lastOf(EDS).getVersionInfo()).isEqualTo("41");
    }

    @Test
    void whatWasWaitedForInVainIsNotWaitedForAgain() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(LDS, "onex-effect").setVersionInfo("4711"));
        long later = NOW + 31_000;
        stream.tick(later);
        stream.receive(ask(EDS, "onex-effect").setVersionInfo("4711").build().toByteArray(), later);

        assertThat(sent).extracting(DiscoveryResponse::getTypeUrl).containsExactly(LDS, EDS);
    }

    @Test
    void aSlowClientGetsTheNewestOnceItHasTakenWhatThereWas() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(EDS, "onex-effect"));
        full = true;
        for (int port = 81; port < 90; port++) {
            stream.update(fleet.of(node("a", "http://10.0.0.1:" + port)), NOW);
        }

        assertThat(sent).hasSize(1);

        full = false;
        stream.drained(NOW);

        assertThat(sent).hasSize(2);
        assertThat(lastOf(EDS).getVersionInfo()).isEqualTo("50");
    }

    @Test
    void aClientThatTakesNothingForAMinuteIsToBeCut() {
        full = true;

        assertThat(stream.tick(NOW)).isFalse();
        assertThat(stream.tick(NOW + 59_000)).isFalse();
        assertThat(stream.tick(NOW + 61_000)).isTrue();
    }

    @Test
    void aClientThatTakesSomethingNowAndThenIsNotCut() {
        full = true; // whenever anybody looks
        stream.tick(NOW);
        stream.drained(NOW + 59_000);

        assertThat(stream.tick(NOW + 61_000)).isFalse();
        assertThat(stream.tick(NOW + 122_000)).isTrue();
    }

    @Test
    void aClientThatBeginsAgainReceivesAllAgain() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(EDS, "onex-effect"));
        receive(answered(EDS));
        receive(ask(EDS, "onex-effect"));

        assertThat(sent).hasSize(2);
        assertThat(lastOf(EDS).getResourcesList()).hasSize(1);
    }

    @Test
    void theRegionOfTheClientComesFirst() throws MalformedMessageException {
        stream.update(fleet.of(MeshNodes.inRegion("a", "eu", 1), MeshNodes.inRegion("b", "us", 2)), NOW);
        receive(ask(EDS, "onex-effect").setNode(
                Node.newBuilder().setId("caller").setLocality(Locality.newBuilder().setRegion("us"))));

        assertThat(assignment(lastOf(EDS).getResources(0)).getEndpointsList())
                .extracting(each -> each.getLocality().getRegion(), each -> each.getPriority())
                .containsExactly(
                        tuple("us", 0), tuple("eu", 1));
    }

    @Test
    void anAcknowledgementOfAllByTheirStarIsNotAnswered() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        for (String type : List.of(CDS, EDS)) {
            receive(ask(type, "*"));
            receive(answered(type, "*"));
        }

        assertThat(sent).extracting(DiscoveryResponse::getTypeUrl).containsExactly(CDS, EDS);
        assertThat(sent).allSatisfy(answer -> assertThat(answer.getResourcesList()).hasSize(2));
    }

    @Test
    void aClientOfAllAssignmentsLearnsOnceThatAServiceIsGone() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80"),
                MeshNodes.ofType("compute", node("b", "http://10.0.0.2:80"))), NOW);
        receive(ask(EDS, "*", "onex-nobody"));

        assertThat(lastOf(EDS).getResourcesList()).extracting(any -> assignment(any).getClusterName())
                .containsExactlyInAnyOrder(
                        "onex-compute", "onex-compute/api", "onex-effect", "onex-effect/api", "onex-nobody");

        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);

        assertThat(sent).hasSize(2);
        assertThat(lastOf(EDS).getResourcesList())
                .allSatisfy(any -> assertThat(assignment(any).getEndpointsList()).isEmpty())
                .extracting(any -> assignment(any).getClusterName())
                .containsExactlyInAnyOrder("onex-compute", "onex-compute/api");
        assertThat(stream.subscriptions().get(ResourceType.ENDPOINTS).sent())
                .containsOnlyKeys("onex-effect", "onex-effect/api", "onex-nobody");
    }

    @Test
    void whatAStarHasBroughtIsForgottenWithoutIt() throws MalformedMessageException {
        stream.update(fleet.of(node("a", "http://10.0.0.1:80")), NOW);
        receive(ask(EDS, "*"));
        receive(answered(EDS, "onex-effect"));

        assertThat(stream.subscriptions().get(ResourceType.ENDPOINTS).sent()).containsOnlyKeys("onex-effect");
    }

    @Test
    void aTypeThatIsNotServedIsNotAnswered() throws MalformedMessageException {
        stream.update(fleet.of(), NOW);
        receive(ask("type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"));

        assertThat(sent).isEmpty();
    }

    @Test
    void bytesThatAreNoMessageEndTheStream() {
        assertThatThrownBy(() -> stream.receive(new byte[] {0x0a, 0x7f}, NOW))
                .isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void aClientMayNotAskWithoutEnd() throws MalformedMessageException {
        stream.update(fleet.of(), NOW);
        for (int i = 0; i < 5_000; i++) {
            receive(ask(LDS, "onex-effect"));
        }

        assertThatThrownBy(() -> receive(ask(LDS, "onex-effect"))).isInstanceOf(MalformedMessageException.class);
    }
}
