// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.nio.file.Path;

/** Where the build puts things, for any directory that Maven was called from. */
public final class ProjectDirectory {

    private ProjectDirectory() {}

    /** The {@code target} directory of the project, absolute. */
    public static Path target() {
        return Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target");
    }

    /** A directory in {@code target} that no other JVM of this run of the tests has. */
    public static Path ownTarget(String name) {
        return target().resolve(name).resolve("jvm-" + fork());
    }

    /** Which of the JVMs this is in which the build runs tests side by side, from 1. */
    static int fork() {
        String number = System.getProperty("it.fork");
        // an empty one means that the build does not say it, and two JVMs would share a directory
        return number == null ? 1 : Integer.parseInt(number);
    }
}
