// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.nodebridge.registry.mesh.MeshNodes.NOW;
import static org.nodebridge.registry.mesh.MeshNodes.cordoned;
import static org.nodebridge.registry.mesh.MeshNodes.node;

import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.config.WeightSettings;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.discovery.NodeTable;
import org.nodebridge.registry.mesh.LeftOutNode.Reason;
import org.nodebridge.registry.mesh.MeshEndpoint.Health;
import org.nodebridge.registry.store.RegistrationStatus;

/** What becomes of nodes of other registries in the services that callers receive. */
class NodesOfOtherRegionsTest {

    private static final String NEAR = "http://10.0.0.1:80";
    private static final String FAR = "http://10.0.1.1:80";

    private final MeshNodes fleet = new MeshNodes();

    private static DiscoveredNode suspect(String id, String url) {
        return node(id, "eu", Map.of("api", url), RegistrationStatus.SUSPECT, CheckStatus.PASSING);
    }

    private List<MeshEndpoint> received(DiscoveredNode... ours) {
        return fleet.of(ours).services().get("onex-effect").endpoints();
    }

    @Test
    void theyComeBehindOurOwnUnderTheNameOfTheirRegion() {
        fleet.other("us", node("near", FAR));

        assertThat(received(node("near", NEAR))).containsExactly(
                new MeshEndpoint("near", "10.0.0.1", 80, Health.HEALTHY, "eu", 3, false),
                new MeshEndpoint("near", "10.0.1.1", 80, Health.HEALTHY, "us", 3, true));
    }

    @Test
    void ourSuspectsAreTheLastResortOnlyWhereNoOtherRegionHasANodeThatCanBeCalled() {
        assertThat(received(suspect("near", NEAR))).extracting(MeshEndpoint::health).containsExactly(Health.HEALTHY);

        fleet.other("us", suspect("far", FAR));
        assertThat(received(suspect("near", NEAR))).extracting(MeshEndpoint::health)
                .as("theirs are never").containsExactly(Health.HEALTHY, Health.UNHEALTHY);

        fleet.other("us", node("far", FAR));
        assertThat(received(suspect("near", NEAR))).extracting(MeshEndpoint::health)
                .containsExactly(Health.UNHEALTHY, Health.HEALTHY);
    }

    @Test
    void oneWithTheAddressOfOurOwnIsLeftOutForAnyStateOfOurs() {
        fleet.other("us", node("far", NEAR)).other("ap", cordoned(node("p", FAR)), node("q", FAR));

        MeshSnapshot made = fleet.of(cordoned(node("near", NEAR)));

        assertThat(made.services().get("onex-effect").endpoints()).extracting(MeshEndpoint::nodeId)
                .containsExactly("near", "q");
        assertThat(made.leftOut()).filteredOn(each -> each.service().equals("onex-effect"))
                .extracting(LeftOutNode::nodeId, LeftOutNode::region, LeftOutNode::reason)
                .containsExactly(
                        tuple("far", "us", Reason.DUPLICATE_ADDRESS), tuple("p", "ap", Reason.DUPLICATE_ADDRESS));
    }

    @Test
    void whatCannotBeSentIsListedWithItsRegion() throws UnknownHostException {
        fleet.name("far.example", "10.0.1.9");
        fleet.name("cast.example", "224.0.0.1");
        fleet.other("us", node("named", "http://far.example:80"), node("gone", "http://gone.example:80"),
                node("cast", "http://cast.example:80"), node("portless", "grpc://10.0.1.4"));
        fleet.of();
        fleet.resolvedOfOthers.lookUpDue(0);

        MeshSnapshot made = fleet.of(node("gone", "http://gone.example:80"));

        assertThat(made.services().get("onex-effect").endpoints()).extracting(MeshEndpoint::address)
                .containsExactly("10.0.1.9");
        assertThat(made.leftOut()).filteredOn(each -> each.service().equals("onex-effect"))
                .extracting(LeftOutNode::nodeId, LeftOutNode::region, LeftOutNode::reason)
                .containsExactlyInAnyOrder(
                        tuple("gone", null, Reason.UNRESOLVED), tuple("gone", "us", Reason.UNRESOLVED),
                        tuple("cast", "us", Reason.FORBIDDEN_ADDRESS), tuple("portless", "us", Reason.NO_ADDRESS));
    }

    @Test
    void namesOfOtherRegionsThatAreNotLookedUpYetKeepNoCallerFromOurOwnNodes() {
        fleet.awaitingNames();
        fleet.other("us", node("far", "http://far.example:80"));

        MeshSnapshot made = fleet.of(node("near", NEAR));
        assertThat(made.services().get("onex-effect").isWithheld()).isFalse();

        assertThat(new MeshNodes().other("us", node("far", "http://far.example:80"), node("q", FAR)).awaitingNames()
                .of().services().get("onex-effect").isWithheld()).as("where there is no other").isTrue();
    }

    @Test
    void servicesOfOtherRegionsTakeNoneOfOurOwnFromCallers() {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 10_050; i++) {
            many.put("e" + i, "http://10.1." + i / 250 + '.' + i % 250 + ":80");
        }
        fleet.other("us", node("crowd", "us", many, RegistrationStatus.ACTIVE, CheckStatus.PASSING));
        fleet.of();

        MeshSnapshot made = fleet.of(
                node("near", "eu", Map.of("z", NEAR), RegistrationStatus.ACTIVE, CheckStatus.PASSING));

        assertThat(made.services().get("onex-effect/z").isWithheld()).isFalse();
        assertThat(made.leftOutCounts()).containsEntry(Reason.TOO_MANY_SERVICES, 51);
    }

    @Test
    void theirWeightsAreByWhatTheyCanDoAndNotByTheLoadOfOursOfThatId() {
        MeshWeights weights = new MeshWeights(WeightSettings.Source.LOAD);
        DiscoveredNode weak = node("a", FAR);
        weights.decide(NodeTable.of(List.of(weighing(weak, 9), node("b", NEAR))), NOW);

        ToIntFunction<DiscoveredNode> theirs =
                weights.ofOthers(NodeTable.of(List.of(weak, weighing(node("b", NEAR), 9))), NOW);

        assertThat(weights.of(weak)).isGreaterThan(4 * theirs.applyAsInt(weak));
        assertThat(theirs.applyAsInt(weighing(node("b", NEAR), 9))).isGreaterThan(4 * theirs.applyAsInt(weak));
    }

    private static DiscoveredNode weighing(DiscoveredNode of, float weight) {
        return new DiscoveredNode(of.nodeId(), of.nodeType(), of.version(), of.region(), of.capabilities(),
                of.metadata(), of.endpoints(), of.status(), of.check(), of.callable(), of.cordoned(), weight,
                of.callableSince(), of.activeOperations(), of.cpuPercent(), of.heartbeatAt());
    }
}
