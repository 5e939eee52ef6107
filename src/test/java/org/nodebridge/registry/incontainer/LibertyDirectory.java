// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nodebridge.registry.servers.ClassArchive;
import org.nodebridge.registry.servers.ConsulServer;
import org.nodebridge.registry.servers.FreePorts;
import org.nodebridge.registry.servers.PostgresServer;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.nodebridge.registry.servers.ServerGroup;
import org.nodebridge.registry.servers.ShortLivedJvm;
import org.postgresql.Driver;

/**
 * The user directory of the in-container server, below {@code target/in-container} and new in each run, so that the
 * build's own server is left as it is.
 */
final class LibertyDirectory {

    private static final LibertyDirectory CURRENT = new LibertyDirectory();

    private final Path root = ProjectDirectory.ownTarget("in-container");
    private final Path userDirectory = root.resolve("usr");
    private final int httpPort = FreePorts.one();

    /** Arquillian looks among all JVMs of the machine for one that names the server, so no other may bear its name. */
    private final String serverName = "in-container-" + ProcessHandle.current().pid() + "-" + httpPort;

    private final Path server = userDirectory.resolve("servers").resolve(serverName);

    private LibertyDirectory() {
        try {
            delete(root);
            Files.createDirectories(server);
            Files.createDirectories(server.resolve("dropins"));
            Path project = ProjectDirectory.target().getParent();
            Files.copy(
                    project.resolve("src/test/liberty/in-container/server.xml"), server.resolve("server.xml"));
            Files.writeString(
                    server.resolve("registry.xml"),
                    ServerXml.withoutApplication(project.resolve("src/main/liberty/config/server.xml")));
            Path drivers = Files.createDirectories(userDirectory.resolve("shared/resources/jdbc"));
            Path driver = Jars.of(Driver.class);
            Files.copy(driver, drivers.resolve(driver.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one of this JVM. */
    static LibertyDirectory current() {
        return CURRENT;
    }

    /** Tells Arquillian where everything is, by the names that {@code arquillian.xml} uses. */
    void publish() {
        System.setProperty("in-container.wlp-home", ProjectDirectory.target().resolve("liberty/wlp").toString());
        System.setProperty("in-container.user-directory", userDirectory.toString());
        System.setProperty("in-container.server", serverName);
        System.setProperty("in-container.http-port", Integer.toString(httpPort));
    }

    /** A place for what another server of these tests keeps. */
    Path beside(String name) {
        return root.resolve(name);
    }

    /** Gives the server what it gets in production: settings as environment variables. */
    void writeEnvironment(PostgresServer postgres, ConsulServer consul) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("JVM_ARGS", "-Xmx512m -Duser.timezone=Europe/Berlin " + ShortLivedJvm.ARGS + " "
                + ClassArchive.options());
        environment.put("keystore_password", UUID.randomUUID().toString());
        environment.put("HTTP_HOST", "127.0.0.1");
        environment.put("HTTP_PORT", Integer.toString(httpPort));
        environment.put("HTTPS_PORT", Integer.toString(FreePorts.one()));
        environment.put("POSTGRES_HOST", postgres.host());
        environment.put("POSTGRES_PORT", Integer.toString(postgres.port()));
        environment.put("POSTGRES_DB", postgres.database());
        environment.put("POSTGRES_USER", postgres.user());
        environment.put("POSTGRES_PASSWORD", postgres.password());
        environment.put("CONSUL_HOST", consul.host());
        environment.put("CONSUL_PORT", Integer.toString(consul.port()));
        environment.put("REGISTRY_ID", "in-container");
        environment.put("REGISTRY_PROBE_ALLOWED_ADDRESSES", ServerGroup.PROBED_ADDRESSES);
        try {
            Files.writeString(server.resolve("server.env"), environment.entrySet().stream()
                    .map(variable -> variable.getKey() + "=" + variable.getValue() + "\n")
                    .collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
