// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.nodebridge.registry.servers.FreePorts;
import org.nodebridge.registry.servers.JvmExit;
import org.nodebridge.registry.servers.KafkaTopics;
import org.nodebridge.registry.servers.Leftovers;
import org.nodebridge.registry.servers.LibertyServer;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.nodebridge.registry.servers.Server;
import org.nodebridge.registry.servers.ServerGroup;

/** The program behind {@code mvn -Pembedded}; runs in Maven's own JVM until that ends. */
public final class EmbeddedRegistry {

    private static final int HTTP_PORT = 9080;
    private static final int HTTPS_PORT = 9443;
    private static final int XDS_PORT = 18_000;
    /** The schema is created meanwhile; on a busy machine that takes a minute. */
    private static final Duration READY = Duration.ofMinutes(3);
    private static final String PASSWORD_VARIABLE = "REGISTRY_OPERATOR_PASSWORD";

    // kept here because the logging system forgets a logger, and its level, that nobody holds
    private static final List<Logger> QUIET = List.of(
            Logger.getLogger("kafka"), Logger.getLogger("org.apache.kafka"), Logger.getLogger("org.postgresql"),
            Logger.getLogger("io.zonky"));

    private final Path directory = ProjectDirectory.target().resolve("embedded");
    private final Map<String, String> environment = System.getenv();
    private final Console console = new Console(System.out);
    private final int xdsPort = FreePorts.preferring(XDS_PORT);
    private RunLock lock;
    private ServerGroup group;
    private volatile LibertyServer liberty;
    private volatile SimulatedFleet fleet;

    private EmbeddedRegistry() {}

    /** Starts everything and returns only by the end of the JVM; exit code 1 when something did not start. */
    public static void main(String[] args) throws InterruptedException {
        QUIET.forEach(logger -> logger.setLevel(Level.OFF));
        new EmbeddedRegistry().run(Integer.getInteger("fleet.nodes", 12));
    }

    private void run(int fleetSize) throws InterruptedException {
        console.say("");
        console.say("Starting the registry and its servers under " + shown(directory));
        lock = new RunLock(directory);
        if (!lock.isHeld()) {
            console.say("It runs already: another mvn -Pembedded holds " + shown(directory));
            System.exit(1);
        }
        try {
            start(fleetSize);
        } catch (RuntimeException e) {
            if (!JvmExit.hasBegun()) {
                console.say("");
                console.say("The registry cannot be started. " + e.getMessage());
                System.exit(1);
            }
        }
        new Watch(console, this::servers).untilTheEnd();
    }

    private void start(int fleetSize) {
        List<String> leftovers = Leftovers.end(directory);
        if (!leftovers.isEmpty()) {
            console.step("ended what a killed run had left: " + String.join(", ", leftovers));
        }
        group = ServerGroup.onUsualPorts(directory, environment);
        JvmExit.first(this::stop);
        group.start(console::step);
        boolean topics = createTopics();
        if (fleetSize > 0 && topics) {
            // before the registry, so that there is somebody to answer its first question
            fleet = new SimulatedFleet(group.bootstrapServers(), fleetSize);
            fleet.start();
            console.step(fleetSize + " simulated nodes announce themselves");
        }
        String password = environment.getOrDefault(PASSWORD_VARIABLE, "");
        boolean generated = password.isBlank();
        if (generated) {
            password = generatedPassword();
        }
        liberty = LibertyServer.in(
                directory.resolve("liberty"),
                FreePorts.preferring(HTTP_PORT),
                FreePorts.preferring(HTTPS_PORT),
                settings(group.settings(), environment, generated ? password : null, xdsPort));
        console.step("starting Liberty with the registry");
        liberty.start();
        if (!liberty.isReadyWithin(READY)) {
            console.step("it is not ready yet; /health/ready says why");
        }
        console.say("");
        table(generated ? password : "in " + PASSWORD_VARIABLE + " and REGISTRY_ADMIN_PASSWORD", fleetSize).lines()
                .forEach(console::say);
        console.say("");
        console.say("Ctrl-C stops everything. The data stays in " + shown(directory) + ".");
    }

    /**
     * What Liberty is given beside this JVM's environment.
     *
     * @param group where the servers are
     * @param password the one that was made up; {@code null} where the environment has one
     * @param xdsPort where callers ask by xDS
     */
    static Map<String, String> settings(
            Map<String, String> group, Map<String, String> environment, String password, int xdsPort) {
        Map<String, String> settings = new HashMap<>(group);
        if (password != null) {
            settings.put(PASSWORD_VARIABLE, password);
            settings.put("REGISTRY_ADMIN_PASSWORD", password);
        }
        // it listens on loopback, and is for looking at
        settings.put(
                "REGISTRY_SECURITY_OPEN_READS", environment.getOrDefault("REGISTRY_SECURITY_OPEN_READS", "true"));
        if (!environment.containsKey("REGISTRY_XDS_PORT")) {
            settings.put("REGISTRY_XDS_PORT", Integer.toString(xdsPort));
            settings.put("REGISTRY_XDS_HOST", "127.0.0.1");
            settings.put("REGISTRY_XDS_INSECURE", "true");
        }
        // a server adds its own to these
        if (environment.containsKey("JVM_ARGS")) {
            settings.put("JVM_ARGS", environment.get("JVM_ARGS"));
        }
        return settings;
    }

    /** In order: first those that use, then those that are used. Called while the JVM ends. */
    private void stop() {
        console.say("");
        if (fleet != null) {
            fleet.stop();
            console.step("fleet stopped");
        }
        if (liberty != null && liberty.isAlive()) {
            liberty.stop();
            console.step("Liberty stopped");
        }
        group.stop(console::step);
    }

    private boolean createTopics() {
        try {
            KafkaTopics.create(group.bootstrapServers(), KafkaTopics.OF_NODES);
            return true;
        } catch (IllegalStateException e) {
            if (group.kafka().isPresent()) {
                throw e;
            }
            console.step("no topics at " + group.bootstrapServers() + ", so no fleet: " + e.getMessage());
            return false;
        }
    }

    private AddressTable table(String password, int fleetSize) {
        String url = liberty.url();
        AddressTable table = new AddressTable()
                .row("Console", url + "/", liberty.httpPort(), HTTP_PORT)
                .row("API", url + "/api/v1")
                .row("OpenAPI", url + "/openapi/ui")
                .row("Health", url + "/health")
                .row("Metrics", url + "/metrics")
                .row("HTTPS", "https://localhost:" + liberty.httpsPort() + "/", liberty.httpsPort(), HTTPS_PORT)
                .row("xDS", environment.containsKey("REGISTRY_XDS_PORT")
                        ? "port " + environment.get("REGISTRY_XDS_PORT") + "   (given)"
                        : "127.0.0.1:" + xdsPort + ", plaintext")
                .row("Sign in", "operator or admin, password " + password);
        group.kafka().ifPresentOrElse(
                kafka -> table.row("Kafka", kafka.bootstrapServers(), kafka.port(), ServerGroup.KAFKA_PORT),
                () -> table.row("Kafka", group.bootstrapServers() + "   (given)"));
        group.postgres().ifPresentOrElse(
                postgres -> table.row(
                        "PostgreSQL",
                        postgres.host() + ":" + postgres.port(),
                        postgres.port(),
                        ServerGroup.POSTGRES_PORT)
                        .row("", "database " + postgres.database() + ", user " + postgres.user() + ", password in "
                                + shown(postgres.passwordFile())),
                () -> table.row("PostgreSQL", environment.get("POSTGRES_HOST") + "   (given)"));
        group.consul().ifPresentOrElse(
                consul -> table.row("Consul", consul.url() + "/ui", consul.port(), ServerGroup.CONSUL_PORT)
                        .row("", "DNS at 127.0.0.1, port " + consul.dnsPort(), consul.dnsPort(),
                                ServerGroup.CONSUL_DNS_PORT),
                () -> table.row("Consul", environment.getOrDefault("CONSUL_HOST", "").isBlank()
                        ? "none; the registry runs degraded"
                        : environment.get("CONSUL_HOST") + "   (given)"));
        return table.row("Fleet", fleet == null ? "none" : fleetSize + " simulated nodes");
    }

    private List<Server> servers() {
        List<Server> servers = new ArrayList<>(List.of(liberty));
        group.consul().ifPresent(servers::add);
        group.postgres().ifPresent(servers::add);
        group.kafka().ifPresent(servers::add);
        return servers;
    }

    private static String shown(Path path) {
        Path base = ProjectDirectory.target().getParent();
        return path.startsWith(base) ? base.relativize(path).toString() : path.toString();
    }

    private static String generatedPassword() {
        byte[] random = new byte[9];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
