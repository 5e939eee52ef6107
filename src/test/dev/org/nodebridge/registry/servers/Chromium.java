// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Chromium and the program that drives it, found on this machine: {@code CHROMIUM_BIN} and {@code CHROMEDRIVER_BIN},
 * else on the PATH. Nothing is fetched, since a browser needs half a desktop around it.
 */
public record Chromium(Path browser, Path driver) {

    /** One line that says how to get a browser where none was found. */
    public static final String HOW_TO_GET =
            "no browser: install chromium and chromium-driver (Debian's packages), or set"
                    + " CHROMIUM_BIN and CHROMEDRIVER_BIN to a Chromium and the chromedriver of the same version";

    public static Optional<Chromium> find() {
        return program("CHROMIUM_BIN", "chromium", "chromium-browser", "google-chrome")
                .flatMap(browser -> program("CHROMEDRIVER_BIN", "chromedriver")
                        .map(driver -> new Chromium(browser, driver)));
    }

    /** The one that was asked for or none: another version in its place would be a surprise. */
    private static Optional<Path> program(String variable, String... names) {
        String named = System.getenv().getOrDefault(variable, "");
        return named.isBlank()
                ? Stream.of(names).flatMap(name -> Executables.find(name).stream()).findFirst()
                : Optional.of(Path.of(named)).filter(Files::isExecutable);
    }
}
