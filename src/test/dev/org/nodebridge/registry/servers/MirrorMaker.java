// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * MirrorMaker 2 between two brokers, by the settings of {@code deploy/regions}, in a JVM with a class path of its own:
 * Connect brings a web server and a JAX-RS that nothing else is to meet.
 */
public final class MirrorMaker extends Server {

    private static final Duration DOWNLOAD = Duration.ofMinutes(10);

    private final Map<String, String> brokers;

    /**
     * @param directory of its settings and its log
     * @param brokers address by the name of the region, which the settings name
     */
    public MirrorMaker(Path directory, Map<String, String> brokers) {
        super("MirrorMaker", directory);
        this.brokers = Map.copyOf(brokers);
    }

    @Override
    ServerRun prepare() throws IOException {
        Files.createDirectories(directory());
        Path settings = directory().resolve("mirror-maker.properties");
        try (Writer file = Files.newBufferedWriter(settings)) {
            settings().store(file, null);
        }
        Path arguments = SeparateClasspath.write(
                directory(), "mirror-maker", DOWNLOAD, "-Dkafka.version=" + AppInfoParser.getVersion());
        return new ServerProcess("mirror-maker", directory(), List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-XX:TieredStopAtLevel=1", "@" + arguments,
                "org.apache.kafka.connect.mirror.MirrorMaker", settings.toString()), Map.of());
    }

    /** As they are shipped; only for where the brokers are, that there is one each, and how soon a topic is found. */
    private Properties settings() throws IOException {
        Properties settings = new Properties();
        Path shipped = ProjectDirectory.target().getParent().resolve("deploy/regions/mirror-maker.properties");
        try (Reader file = Files.newBufferedReader(shipped)) {
            settings.load(file);
        }
        settings.replaceAll((name, value) -> name.toString().endsWith("replication.factor") ? "1" : value);
        settings.setProperty("heartbeats.topic.replication.factor", "1"); // three by default, and made all the same
        settings.setProperty("refresh.topics.interval.seconds", "5");
        brokers.forEach((region, address) -> {
            if (settings.setProperty(region + ".bootstrap.servers", address) == null) {
                throw new IllegalStateException(shipped + " knows no " + region);
            }
        });
        return settings;
    }

    /** The mirrored topics are waited for by who needs them. */
    @Override
    boolean answers() {
        return isAlive();
    }
}
