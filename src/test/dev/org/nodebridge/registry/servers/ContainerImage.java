// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One file out of a container image, by docker or podman. The program then runs as a plain process like the other
 * servers: signals, ports and files need no second way of doing things.
 */
final class ContainerImage {

    private static final Duration SHORT = Duration.ofSeconds(15);
    private static final Duration PULL = Duration.ofMinutes(5);

    private final String image;

    ContainerImage(String image) {
        this.image = image;
    }

    /**
     * Pulls the image where needed and copies the file to the target.
     *
     * @throws IOException when no engine answers, or the image cannot be had
     */
    void copy(String file, Path target) throws IOException {
        String engine = engine().orElseThrow(() -> new IOException("neither docker nor podman answers here"));
        String container = Executables.run(PULL, Map.of(), List.of(engine, "create", "--quiet", image))
                .lines().reduce((before, last) -> last).orElseThrow().strip();
        try {
            Executables.run(SHORT, Map.of(), List.of(engine, "cp", container + ":" + file, target.toString()));
        } finally {
            Executables.run(SHORT, Map.of(), List.of(engine, "rm", container));
        }
    }

    /** An installed client says nothing yet: the engine behind it must answer. */
    private static Optional<String> engine() {
        for (String engine : List.of("docker", "podman")) {
            if (Executables.onPath(engine)) {
                try {
                    Executables.run(SHORT, Map.of(), List.of(engine, "info"));
                    return Optional.of(engine);
                } catch (IOException e) {
                    // the next one, perhaps
                }
            }
        }
        return Optional.empty();
    }
}
