// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What 100,000 nodes take, by the JVM's own histogram of its heap; docs/limits.md has the figure. */
class MemoryOfNodesTest {

    private static final int NODES = 100_000;
    private static final String[] KINDS = {
        "java.lang.String", "[B", "org.nodebridge.registry.discovery.DiscoveredNode",
        "[Lorg.nodebridge.registry.discovery.DiscoveredNode;", "java.util.ImmutableCollections$ListN",
        "java.util.ImmutableCollections$List12", "[Ljava.lang.Object;"
    };

    @Test
    void aNodeTakesAboutThreeHundredBytes() throws Exception {
        NodeReader reader = new NodeReader(List.of("api"));
        long before = bytes();

        NodeTable table = NodeTable.of(IntStream.range(0, NODES)
                .mapToObj(i -> reader.read(row(i), 0)).toList());

        long each = (bytes() - before) / NODES;
        Reference.reachabilityFence(table);
        System.out.println("A node of the discovery view takes " + each + " bytes");
        assertThat(each).isBetween(250L, 320L);
    }

    private static NodeRow row(int i) {
        String address = "http://10." + i / 65536 + '.' + i / 256 % 256 + '.' + i % 256 + ":8080";
        return new NodeRow(
                "onex-node-compute-" + String.format("%08x-%04x", i * 2654435761L, i % 65536), "compute",
                "1." + i % 7 + ".0", "eu-central-" + i % 3, "active", "passing",
                "[\"transform\", \"aggregate\", \"model-" + i % 20 + "\"]",
                "[\"rack=" + i % 50 + "\", \"team=search\"]",
                "{\"api\": \"" + address + "/api\", \"health\": \"" + address + "/health\"}",
                null, 60, 3.0, (long) i % 10, 20.0, false);
    }

    private static long bytes() throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcClassHistogram",
                new Object[] {new String[0]}, new String[] {String[].class.getName()});
        long bytes = 0;
        for (String kind : KINDS) {
            Matcher line = Pattern.compile("(?m)^ *\\d+: +\\d+ +(\\d+) +" + Pattern.quote(kind) + "( |$)")
                    .matcher(histogram);
            bytes += line.find() ? Long.parseLong(line.group(1)) : 0;
        }
        return bytes;
    }
}
