// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * Kafka, PostgreSQL and Consul for one registry, started all at once. Where the environment names a server
 * ({@code KAFKA_BROKER_URL}, {@code POSTGRES_HOST}, {@code CONSUL_HOST}) that one is used and none is started.
 */
public final class ServerGroup {

    public static final int KAFKA_PORT = 29092;
    public static final int POSTGRES_PORT = 5432;
    public static final int CONSUL_PORT = 8500;
    public static final int CONSUL_DNS_PORT = 8600;

    /** The registry's own default, and this machine, where the nodes of tests and of the simulated fleet are. */
    public static final String PROBED_ADDRESSES =
            "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7,127.0.0.0/8,::1/128";

    private final Path directory;
    private final Map<String, String> given;
    private final Optional<KafkaServer> kafka;
    private final Optional<PostgresServer> postgres;
    private final int consulPort;
    private final int consulDnsPort;
    /** {@code null} where Consul is alone. */
    private final ConsulServer federated;
    private volatile Optional<ConsulServer> consul = Optional.empty();

    private ServerGroup(
            Path directory, Map<String, String> given, IntUnaryOperator ports, ConsulServer federated) {
        this.federated = federated;
        this.directory = directory;
        this.given = Map.copyOf(given);
        this.kafka = gives("KAFKA_BROKER_URL")
                ? Optional.empty()
                : Optional.of(KafkaServer.in(directory.resolve("kafka"), ports.applyAsInt(KAFKA_PORT)));
        this.postgres = gives("POSTGRES_HOST")
                ? Optional.empty()
                : Optional.of(PostgresServer.in(directory.resolve("postgresql"), ports.applyAsInt(POSTGRES_PORT)));
        this.consulPort = federated != null ? federated.port()
                : gives("CONSUL_HOST") ? CONSUL_PORT : ports.applyAsInt(CONSUL_PORT);
        this.consulDnsPort = federated != null ? federated.dnsPort() : ports.applyAsInt(CONSUL_DNS_PORT);
    }

    /** Servers on the ports people know, or on a free one where such a port is taken. */
    public static ServerGroup onUsualPorts(Path directory, Map<String, String> environment) {
        return new ServerGroup(directory, environment, FreePorts::preferring, null);
    }

    /** Servers on any free ports, of which many groups can run at once. */
    public static ServerGroup onFreePorts(Path directory, Map<String, String> environment) {
        return new ServerGroup(directory, environment, usual -> FreePorts.one(), null);
    }

    /** Groups of which each has a datacenter of Consul, {@code dc1}, {@code dc2} and so on, joined over the WAN. */
    public static List<ServerGroup> federation(Path directory, int size) {
        return ConsulServer.federation(directory.resolve("consul"), size).stream()
                .map(consul -> new ServerGroup(
                        directory.resolve(consul.directory().getFileName()), Map.of(),
                        usual -> FreePorts.one(), consul))
                .toList();
    }

    /**
     * Starts what is not given, and returns when all of it answers; without Consul when there is none to be had.
     *
     * @param progress receives, a line at a time, what happens; called by several threads
     * @throws ServerStartException when one does not start; none of them runs then
     */
    public void start(Consumer<String> progress) {
        // not the common pool: its threads do not see the class loader that Maven runs us in
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Runnable> starts = new ArrayList<>();
            kafka.ifPresent(server -> starts.add(() -> start(server, progress)));
            postgres.ifPresent(server -> starts.add(() -> start(server, progress)));
            if (!gives("CONSUL_HOST")) {
                starts.add(() -> startConsul(progress));
            }
            CompletableFuture.allOf(starts.stream()
                    .map(start -> CompletableFuture.runAsync(start, threads))
                    .toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            stop(name -> {});
            throw e.getCause() instanceof ServerStartException known ? known : e;
        } finally {
            threads.shutdown();
        }
    }

    /** Stops Consul, PostgreSQL and Kafka, in this order; those that do not run are passed over. */
    public void stop(Consumer<String> progress) {
        running().forEach(server -> {
            server.stop();
            progress.accept(server.name() + " stopped");
        });
    }

    /** Ends those that run at once, by which nothing is lost but the time that an orderly end takes. */
    public void kill() {
        running().forEach(Server::kill);
    }

    /** Those that run, in the order in which they are to be stopped. */
    public List<Server> running() {
        List<Server> servers = new ArrayList<>();
        consul.ifPresent(servers::add);
        postgres.ifPresent(servers::add);
        kafka.ifPresent(servers::add);
        return servers.stream().filter(Server::isAlive).toList();
    }

    /** The registry's settings for the servers started here; those given are in the environment already. */
    public Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        kafka.ifPresent(server -> settings.put("KAFKA_BROKER_URL", server.bootstrapServers()));
        postgres.ifPresent(server -> settings.putAll(Map.of(
                "POSTGRES_HOST", server.host(),
                "POSTGRES_PORT", Integer.toString(server.port()),
                "POSTGRES_DB", server.database(),
                "POSTGRES_USER", server.user(),
                "POSTGRES_PASSWORD", server.password())));
        if (!gives("CONSUL_HOST")) {
            // also where there is none to be had: a server at the usual port is not ours to write to
            settings.putAll(Map.of("CONSUL_HOST", "127.0.0.1", "CONSUL_PORT", Integer.toString(consulPort)));
        }
        if (!gives("REGISTRY_PROBE_ALLOWED_ADDRESSES")) {
            settings.put("REGISTRY_PROBE_ALLOWED_ADDRESSES", PROBED_ADDRESSES);
        }
        return settings;
    }

    /** The broker's address, ours or the one given. */
    public String bootstrapServers() {
        return kafka.map(KafkaServer::bootstrapServers).orElseGet(() -> given.get("KAFKA_BROKER_URL"));
    }

    /** Kafka, unless it was given. */
    public Optional<KafkaServer> kafka() {
        return kafka;
    }

    /** PostgreSQL, unless it was given. */
    public Optional<PostgresServer> postgres() {
        return postgres;
    }

    /** Consul, unless it was given or is not to be had; there after the start. */
    public Optional<ConsulServer> consul() {
        return consul;
    }

    private void startConsul(Consumer<String> progress) {
        consul = federated != null
                ? Optional.of(federated)
                : ConsulBinary.find(progress)
                        .map(binary -> ConsulServer.in(
                                directory.resolve("consul"), consulPort, consulDnsPort, binary));
        consul.ifPresentOrElse(server -> start(server, progress), () -> progress.accept(ConsulBinary.HOW_TO_GET));
    }

    private static void start(Server server, Consumer<String> progress) {
        progress.accept("starting " + server.name());
        server.start();
        progress.accept(server.name() + " is up");
    }

    private boolean gives(String variable) {
        return !given.getOrDefault(variable, "").isBlank();
    }
}
