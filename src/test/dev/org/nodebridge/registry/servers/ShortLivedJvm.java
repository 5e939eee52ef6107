// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.util.List;

/** Options for the JVMs of tests, which start often and end after minutes. */
public final class ShortLivedJvm {

    /**
     * In their order: the first compiler alone, as none lives to gain by the second one; the collector that starts with
     * the fewest threads; large pages where the system gives them on request, since a start touches 100,000 small ones
     * for the first time, which costs a virtual machine more than a tenth of the start (docs/performance.md).
     */
    public static final List<String> OPTIONS = List.of(
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:+UseTransparentHugePages");

    /** The same as one text, for {@code JVM_ARGS}. */
    public static final String ARGS = String.join(" ", OPTIONS);

    private ShortLivedJvm() {}
}
