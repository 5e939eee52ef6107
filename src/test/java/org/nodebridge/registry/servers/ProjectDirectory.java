package org.nodebridge.registry.servers;

import java.nio.file.Path;

/** Where the build puts things, whatever directory Maven was called from. */
public final class ProjectDirectory {

    private ProjectDirectory() {}

    /** The {@code target} directory of the project, absolute. */
    public static Path target() {
        return Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("target");
    }
}
