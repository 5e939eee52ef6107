package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;

/**
 * The classes that a start of the registry loads, parsed and verified already (HotSpot's class data sharing). Takes a
 * third of the CPU time from every start. A JVM that cannot use it, or a class that has changed since, loads as ever.
 */
public final class ClassArchive {

    private static final String QUIET = "-Xlog:cds*=off";

    private ClassArchive() {}

    /** Makes it by one start without any backend, if the build has not made it yet; a failure costs nothing but time. */
    public static void main(String[] args) throws IOException {
        Path archive = file();
        if (Files.exists(archive)) {
            return;
        }
        Path made = archive.resolveSibling("made.jsa");
        Files.deleteIfExists(made);
        LibertyServer server = LibertyServer.in(
                ProjectDirectory.target().resolve("class-archive"),
                Map.of(
                        "JVM_ARGS", "-XX:ArchiveClassesAtExit=" + made + " " + QUIET,
                        // an archive that was made beside an agent is not for use
                        "WLP_SKIP_BOOTSTRAP_AGENT", "true",
                        "KAFKA_BROKER_URL", "127.0.0.1:1", "POSTGRES_PORT", "1", "CONSUL_PORT", "1"));
        try {
            server.start();
        } finally {
            server.stop();
        }
        if (Files.exists(made)) {
            Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The environment with the archive in it, if there is one and this is no start to make it. */
    static Map<String, String> in(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        boolean making = environment.getOrDefault("JVM_ARGS", "").contains("ArchiveClassesAtExit");
        if (!making && Files.exists(file())) {
            all.merge("JVM_ARGS", "-XX:SharedArchiveFile=" + file() + " " + QUIET, (given, ours) -> given + " " + ours);
        }
        return all;
    }

    private static Path file() {
        return ProjectDirectory.target().resolve("liberty").resolve("registry.jsa");
    }
}
