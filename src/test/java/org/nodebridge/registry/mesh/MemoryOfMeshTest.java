// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.store.RegistrationStatus;

/** What nodes take for callers by xDS, by the JVM's own histogram of its heap; docs/mesh.md has the figures. */
class MemoryOfMeshTest {

    private static final int NODES = 10_000;

    @Test
    void aNodeWithTwoEndpointsTakesLessThanTwelveHundredBytesAndLittleOnTheWire() throws Exception {
        DiscoveredNode[] nodes = IntStream.range(0, NODES).mapToObj(MemoryOfMeshTest::node)
                .toArray(DiscoveredNode[]::new);
        MeshNodes fleet = new MeshNodes();
        MeshNodes alone = new MeshNodes(new AssignmentLayout(List.of(), true));
        long before = bytes();

        MeshSnapshot snapshot = fleet.of(nodes);

        long each = (bytes() - before) / NODES;
        int sent = snapshot.services().get("onex-effect").assignment("eu-1").length / NODES;
        int sentAlone = alone.of(nodes).services().get("onex-effect").assignment("eu-1").length / NODES;
        Reference.reachabilityFence(fleet);
        System.out
                .println("A node of the mesh takes " + each + " bytes, sent " + sent + ", as a locality " + sentAlone);
        assertThat(each).isBetween(300L, 1200L);
        assertThat(sent).isBetween(20, 40);
        assertThat(sentAlone).isBetween(40, 80);
    }

    private static DiscoveredNode node(int i) {
        String host = "http://10." + i / 65536 + '.' + i / 256 % 256 + '.' + i % 256;
        return MeshNodes.node(
                "node-effect-" + i, "eu-" + i % 3, Map.of("api", host + ":8080", "health", host + ":8081"),
                RegistrationStatus.ACTIVE, CheckStatus.PASSING);
    }

    private static long bytes() throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                new Object[] {new String[0]}, new String[] {String[].class.getName()});
        Matcher total = Pattern.compile("(?m)^Total +\\d+ +(\\d+)").matcher(histogram);
        assertThat(total.find()).as(histogram).isTrue();
        return Long.parseLong(total.group(1));
    }
}
