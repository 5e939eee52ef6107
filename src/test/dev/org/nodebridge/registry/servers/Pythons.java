// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The interpreters of Python on this machine. */
public final class Pythons {

    private static final Duration DEADLINE = Duration.ofMinutes(1);

    private Pythons() {}

    /** The first that has a module. Debian's own has Debian's libraries, another one may not. */
    public static Optional<Path> with(String module) {
        return Stream.of(Executables.find("python3"), Optional.of(Path.of("/usr/bin/python3")))
                .flatMap(Optional::stream)
                .filter(python -> has(python, module))
                .findFirst();
    }

    private static boolean has(Path python, String module) {
        try {
            Executables.run(DEADLINE, Map.of(), List.of(python.toString(), "-c", "import " + module));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
