// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The JDKs of this machine: the one we run on, and those installed beside it. */
public final class JavaHomes {

    private JavaHomes() {}

    /** The JDK we run on. */
    public static Path current() {
        return Path.of(System.getProperty("java.home"));
    }

    /** A JDK of the given feature version, such as 25, or empty when there is none. */
    public static Optional<Path> ofVersion(int feature) {
        return Optional.ofNullable(installed().get(feature));
    }

    /** One JDK per feature version, the one we run on for its own. */
    public static SortedMap<Integer, Path> installed() {
        SortedMap<Integer, Path> homes = new TreeMap<>();
        homes.put(Runtime.version().feature(), current());
        try (Stream<Path> beside = Files.list(current().toRealPath().getParent())) {
            beside.filter(home -> Files.isExecutable(home.resolve("bin/java")))
                    .forEach(home -> feature(home).ifPresent(version -> homes.putIfAbsent(version, home)));
        } catch (IOException e) {
            // then the current one is all we know
        }
        return homes;
    }

    private static Optional<Integer> feature(Path home) {
        Properties release = new Properties();
        try (InputStream in = Files.newInputStream(home.resolve("release"))) {
            release.load(in);
            String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
            return Optional.of(Runtime.Version.parse(version).feature());
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
