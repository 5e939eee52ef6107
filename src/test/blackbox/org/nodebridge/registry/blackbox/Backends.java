// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.nodebridge.registry.servers.KafkaTopics;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.nodebridge.registry.servers.ServerGroup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Kafka with the registry's topics, PostgreSQL and Consul, empty at first. They end with this JVM at the latest. */
final class Backends {

    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

    /** Kept, or its level would be forgotten with it. */
    private static final java.util.logging.Logger KAFKA_LOG = java.util.logging.Logger.getLogger("org.apache.kafka");

    static {
        // every client tells its hundred settings
        KAFKA_LOG.setLevel(Level.WARNING);
    }

    private Backends() {}

    /** The three servers that all classes share; started at the first call. Nobody may stop them. */
    static ServerGroup shared() {
        return Shared.SERVERS;
    }

    /** Three servers of one's own on free ports, started, with their data in the directory of that name. */
    static ServerGroup start(String name) {
        return started(name, prepare(name));
    }

    /** Several times three servers of one's own, whose Consuls are datacenters that know each other. */
    static List<ServerGroup> federation(String name, int size) {
        List<ServerGroup> sites = ServerGroup.federation(emptyDirectory(name), size);
        sites.forEach(servers -> started(name, servers));
        return sites;
    }

    private static ServerGroup started(String name, ServerGroup servers) {
        servers.start(line -> LOG.atInfo().addKeyValue("servers", name).log(line));
        if (servers.consul().isEmpty()) {
            throw new IllegalStateException("these tests need Consul, and there is none");
        }
        KafkaTopics.create(servers.bootstrapServers(), KafkaTopics.OF_THE_REGISTRY);
        return servers;
    }

    /** The same, with nothing started and no topics. */
    static ServerGroup prepare(String name) {
        return ServerGroup.onFreePorts(emptyDirectory(name), Map.of());
    }

    /** {@code target/blackbox/jvm-<n>/<name>}, without what an earlier run left there. */
    static Path emptyDirectory(String name) {
        Path directory = ProjectDirectory.ownTarget("blackbox").resolve(name);
        try {
            if (Files.exists(directory)) {
                try (Stream<Path> paths = Files.walk(directory)) {
                    for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                        Files.deleteIfExists(path);
                    }
                }
            }
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Shared {
        static final ServerGroup SERVERS = start("shared");
    }
}
