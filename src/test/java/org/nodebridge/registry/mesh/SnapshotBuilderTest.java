// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.nodebridge.registry.mesh.MeshNodes.cordoned;
import static org.nodebridge.registry.mesh.MeshNodes.node;
import static org.nodebridge.registry.mesh.MeshNodes.withEndpoints;

import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.mesh.LeftOutNode.Reason;
import org.nodebridge.registry.mesh.MeshEndpoint.Health;
import org.nodebridge.registry.store.RegistrationStatus;

class SnapshotBuilderTest {

    private static final String URL = "http://10.0.0.9:9";

    private static final int CROWD = 10_100;

    private final MeshNodes fleet = new MeshNodes();

    @Test
    void makesAServiceOfATypeAndOneOfEachEndpoint() {
        MeshSnapshot made = fleet.of(node("a", "eu", Map.of("api", "http://10.0.0.1:80", "grpc", "grpc://10.0.0.2:81"),
                RegistrationStatus.ACTIVE, CheckStatus.PASSING));

        assertThat(made.services()).containsOnlyKeys("onex-effect", "onex-effect/api", "onex-effect/grpc");
        assertThat(made.services().get("onex-effect").endpoints())
                .containsExactly(new MeshEndpoint("a", "10.0.0.1", 80, Health.HEALTHY, "eu", 3, false));
        assertThat(made.services().get("onex-effect/grpc").endpoints())
                .containsExactly(new MeshEndpoint("a", "10.0.0.2", 81, Health.HEALTHY, "eu", 3, false));
    }

    @ParameterizedTest
    @CsvSource({
        "ACTIVE, PASSING, HEALTHY, 3", "ACTIVE, WARNING, HEALTHY, 1", "ACTIVE, CRITICAL, UNHEALTHY, 3",
        "SUSPECT, PASSING, UNHEALTHY, 3", "DRAINING, PASSING, DRAINING, 3"
    })
    void healthIsThatOfRouting(RegistrationStatus status, CheckStatus check, Health health, int weight) {
        MeshSnapshot made = fleet.of(node("a", "eu", Map.of("api", "http://10.0.0.1:80"), status, check),
                node("well", URL));

        assertThat(made.services().get("onex-effect").endpoints())
                .contains(new MeshEndpoint("a", "10.0.0.1", 80, health, "eu", weight, false));
    }

    @Test
    void aCordonedNodeIsDrained() {
        MeshSnapshot made = fleet.of(cordoned(node("a", "http://10.0.0.1:80")));

        assertThat(made.services().get("onex-effect").endpoints()).extracting(MeshEndpoint::health)
                .containsExactly(Health.DRAINING);
    }

    @Test
    void suspectsAreTheLastResort() {
        MeshSnapshot made = fleet.of(
                node("a", "eu", Map.of("api", "http://10.0.0.1:80"), RegistrationStatus.SUSPECT, CheckStatus.PASSING),
                cordoned(node("b", URL)));

        assertThat(made.services().get("onex-effect").endpoints())
                .extracting(MeshEndpoint::nodeId, MeshEndpoint::health)
                .contains(tuple("a", Health.HEALTHY));
    }

    @Test
    void whatAClientWouldRefuseIsLeftOutAlone() throws UnknownHostException {
        fleet.name("two.example", "10.0.0.2");
        fleet.name("bad.example", "10.0.0.3", "224.0.0.1");
        fleet.of(node("two", "http://two.example:80"), node("bad", "http://bad.example:80"));
        fleet.resolved.lookUpDue(0);

        MeshSnapshot made = fleet.of(
                node("one", "http://10.0.0.1:80"),
                node("two", "http://two.example:80"),
                node("gone", "http://gone.example:80"),
                node("bad", "http://bad.example:80"),
                node("same", "http://10.0.0.1:80"),
                node("portless", "grpc://10.0.0.4"));

        assertThat(made.services().get("onex-effect").endpoints()).extracting(MeshEndpoint::address)
                .containsExactlyInAnyOrder("10.0.0.1", "10.0.0.2");
        assertThat(made.leftOut()).filteredOn(each -> each.service().equals("onex-effect"))
                .extracting(LeftOutNode::nodeId, LeftOutNode::reason)
                .containsExactlyInAnyOrder(
                        tuple("gone", Reason.UNRESOLVED),
                        tuple("bad", Reason.FORBIDDEN_ADDRESS),
                        tuple("same", Reason.DUPLICATE_ADDRESS),
                        tuple("portless", Reason.NO_ADDRESS));
        assertThat(made.leftOut()).filteredOn(each -> each.service().equals("onex-effect/api"))
                .extracting(LeftOutNode::nodeId, LeftOutNode::reason)
                .contains(tuple("portless", Reason.NO_PORT));
    }

    @Test
    void anEndpointOfANameThatNoServiceCanHaveMakesNoneAndIsListed() {
        MeshSnapshot made = fleet.of(node("a", "eu",
                Map.of("api", "http://10.0.0.1:80", "two words", "http://10.0.0.1:81", "x".repeat(65), URL),
                RegistrationStatus.ACTIVE, CheckStatus.PASSING));

        assertThat(made.services()).containsOnlyKeys("onex-effect", "onex-effect/api");
        assertThat(made.leftOut()).extracting(LeftOutNode::nodeId, LeftOutNode::service, LeftOutNode::reason)
                .containsExactly(
                        tuple("a", "onex-effect/two words", Reason.BAD_NAME),
                        tuple("a", "onex-effect/" + "x".repeat(65), Reason.BAD_NAME));
        assertThat(made.leftOutCounts()).containsOnly(Map.entry(Reason.BAD_NAME, 2));
    }

    /** Such as another program may have written. */
    @Test
    void anEndpointWhoseUrlNoNodeMayAnnounceIsListed() {
        MeshSnapshot made = fleet.of(
                node("one", "http://10.0.0.1:80"),
                node("port-0", "http://10.0.0.2:0"),
                withEndpoints("{\"api\": \"http://10.0.0.3:80\", \"admin\": 8080}", node("number", URL)));

        assertThat(made.leftOut())
                .extracting(LeftOutNode::nodeId, LeftOutNode::service, LeftOutNode::reason, LeftOutNode::detail)
                .containsExactly(
                        tuple("port-0", "onex-effect", Reason.NO_ADDRESS, null),
                        tuple("port-0", "onex-effect/api", Reason.BAD_URL, "the port is not 1 to 65535"),
                        tuple("number", "onex-effect/admin", Reason.BAD_URL, "the value is not a text"));
        assertThat(made.services().get("onex-effect/api").endpoints()).extracting(MeshEndpoint::nodeId)
                .containsExactly("one", "number");
        assertThat(made.services().get("onex-effect/admin").endpoints()).isEmpty();
        assertThat(made.services().get("onex-effect/admin").isWithheld()).isFalse();
    }

    @Test
    void ofTwoWithOneAddressTheHealthyOneIsSent() {
        MeshSnapshot made = fleet.of(cordoned(node("a", URL)), node("b", URL));

        assertThat(made.services().get("onex-effect").endpoints()).extracting(MeshEndpoint::nodeId)
                .containsExactly("b");
    }

    @Test
    void anAddressOutlivesTheNameServer() throws UnknownHostException {
        fleet.name("two.example", "10.0.0.2", "10.0.0.3");
        fleet.of(node("two", "http://two.example:80"));
        fleet.resolved.lookUpDue(0);
        MeshSnapshot before = fleet.of(node("two", "http://two.example:80"));
        fleet.name("two.example");
        fleet.resolved.lookUpDue(40_000);

        MeshSnapshot after = fleet.of(node("two", "http://two.example:80"));

        assertThat(before.services().get("onex-effect").endpoints()).extracting(MeshEndpoint::address)
                .containsExactly("10.0.0.2");
        assertThat(after.services().get("onex-effect")).isSameAs(before.services().get("onex-effect"));
    }

    @Test
    void ofSeveralAddressesTheSameOneStays() throws UnknownHostException {
        fleet.name("two.example", "10.0.0.3", "10.0.0.4");
        fleet.of(node("two", "http://two.example:80"));
        fleet.resolved.lookUpDue(0);
        fleet.of(node("two", "http://two.example:80"));
        fleet.name("two.example", "10.0.0.2", "10.0.0.3");
        fleet.resolved.lookUpDue(40_000);

        assertThat(fleet.of(node("two", "http://two.example:80")).services().get("onex-effect").endpoints())
                .extracting(MeshEndpoint::address).containsExactly("10.0.0.3");
    }

    @Test
    void aServiceOfWhichNoNameCouldBeLookedUpIsWithheld() {
        MeshSnapshot made = fleet.of(node("a", "http://gone.example:80"));

        assertThat(made.services().get("onex-effect").isWithheld()).isTrue();
    }

    @Test
    void whatANodeSaysOfItselfCountsThoughNobodyIsLeft() {
        fleet.of(node("a", URL));

        MeshSnapshot made = fleet.of(node("a", "grpc://10.0.0.4"));

        assertThat(made.leftOut()).extracting(LeftOutNode::reason).containsExactly(Reason.NO_ADDRESS, Reason.NO_PORT);
        assertThatAllAreEmpty(made);
    }

    @Test
    void anAddressThatIsForbiddenIsNotSentOnThoughNobodyIsLeft() throws UnknownHostException {
        fleet.name("bad.example", "10.0.0.3");
        fleet.of(node("a", "http://bad.example:80"));
        fleet.resolved.lookUpDue(0);
        fleet.of(node("a", "http://bad.example:80"));
        fleet.name("bad.example", "224.0.0.1");
        fleet.resolved.lookUpDue(40_000);

        MeshSnapshot made = fleet.of(node("a", "http://bad.example:80"));

        assertThat(made.leftOut()).extracting(LeftOutNode::reason).containsOnly(Reason.FORBIDDEN_ADDRESS);
        assertThatAllAreEmpty(made);
    }

    private static void assertThatAllAreEmpty(MeshSnapshot made) {
        assertThat(made.services()).containsOnlyKeys("onex-effect", "onex-effect/api").allSatisfy((name, service) -> {
            assertThat(service.isWithheld()).isFalse();
            assertThat(service.endpoints()).isEmpty();
        });
    }

    @Test
    void aNodeThatIsForbiddenEmptiesNoServiceOfWhichOtherNamesCannotBeLookedUp() throws UnknownHostException {
        fleet.name("bad.example", "224.0.0.1");
        fleet.of(node("a", "http://gone.example:80"), node("b", "http://bad.example:80"));
        fleet.resolved.lookUpDue(0);

        MeshSnapshot made = fleet.of(node("a", "http://gone.example:80"), node("b", "http://bad.example:80"));

        assertThat(made.leftOut()).extracting(LeftOutNode::reason)
                .contains(Reason.FORBIDDEN_ADDRESS, Reason.UNRESOLVED);
        assertThat(made.services().get("onex-effect").isWithheld()).isTrue();
    }

    @Test
    void whatHasNotChangedIsTheSameObject() {
        MeshSnapshot first = fleet.of(node("a", URL));
        MeshSnapshot next = fleet.of(node("a", URL), node("b", "eu", Map.of("grpc", "http://10.0.0.1:1"),
                RegistrationStatus.ACTIVE, CheckStatus.PASSING));

        assertThat(next.services().get("onex-effect/api")).isSameAs(first.services().get("onex-effect/api"));
        assertThat(next.services().get("onex-effect")).isNotSameAs(first.services().get("onex-effect"));
    }

    @Test
    void aServiceStaysWhileNotAllNodesAreKnown() {
        fleet.of(node("a", URL));
        fleet.complete = false;
        MeshSnapshot partial = fleet.of();
        fleet.complete = true;

        assertThat(partial.services()).containsKey("onex-effect");
        assertThat(fleet.of().services()).isEmpty();
    }

    @Test
    void aServiceThatIsServedStaysWhenOthersGoOverTheLimit() {
        DiscoveredNode served = node("z", URL);
        fleet.of(served);
        List<DiscoveredNode> nodes = new ArrayList<>(crowd());
        nodes.add(served);

        MeshSnapshot crowded = fleet.of(nodes.toArray(new DiscoveredNode[0]));

        assertThat(crowded.services().get("onex-effect/api").endpoints()).extracting(MeshEndpoint::nodeId)
                .contains("z");
    }

    @Test
    void theServiceOfATypeIsMadeHoweverManyServicesThereAre() {
        List<DiscoveredNode> nodes = new ArrayList<>(crowd());
        nodes.add(MeshNodes.ofType("compute", node("z", URL)));

        MeshSnapshot crowded = fleet.of(nodes.toArray(new DiscoveredNode[0]));

        assertThat(crowded.services().get("onex-compute").endpoints()).extracting(MeshEndpoint::nodeId)
                .containsExactly("z");
    }

    @Test
    void callersOfAServiceOverTheLimitDoNotLearnThatItIsGone() {
        MeshSnapshot crowded = fleet.of(crowd().toArray(new DiscoveredNode[0]));

        assertThat(crowded.services()).hasSize(CROWD + 1);
        assertThat(crowded.services().values()).filteredOn(MeshService::isWithheld).hasSize(CROWD - 10_000)
                .allSatisfy(each -> assertThat(each.endpoints()).isEmpty());
        assertThat(crowded.leftOutCounts()).containsEntry(Reason.TOO_MANY_SERVICES, CROWD - 10_000);
    }

    /** Nodes with endpoints of names that no other has, more than there may be services. */
    private static List<DiscoveredNode> crowd() {
        List<DiscoveredNode> nodes = new ArrayList<>();
        for (int i = 0; i < CROWD / 100; i++) {
            Map<String, String> endpoints = new HashMap<>();
            for (int j = 0; j < 100; j++) {
                endpoints.put("e" + i + "-" + j, "http://10.1." + i + "." + j + ":80");
            }
            nodes.add(node("a" + i, "eu", endpoints, RegistrationStatus.ACTIVE, CheckStatus.PASSING));
        }
        return nodes;
    }
}
