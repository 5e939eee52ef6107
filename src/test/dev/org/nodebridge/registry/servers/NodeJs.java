// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Node.js 18 or later, for the tests of the console's modules: what {@code NODE_BIN} names, else on the PATH. */
public final class NodeJs {

    private NodeJs() {}

    /** The program. Skips the test where it is not to be had, but fails it in CI. */
    public static Path needed() {
        return Needed.orSkip(find(System.getenv().getOrDefault("NODE_BIN", "")),
                "no node: install nodejs (Debian's package), or set NODE_BIN to a Node.js 18 or later");
    }

    private static Optional<Path> find(String named) {
        return named.isBlank() ? Executables.find("node") : Optional.of(Path.of(named)).filter(Files::isExecutable);
    }
}
