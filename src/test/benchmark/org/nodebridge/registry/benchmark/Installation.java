// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.nodebridge.registry.servers.KafkaTopics;
import org.nodebridge.registry.servers.LibertyServer;
import org.nodebridge.registry.servers.PostgresServer;
import org.nodebridge.registry.servers.ServerGroup;
import org.postgresql.Driver;

/** A registry of one replica or more with its own database, topics, consumer group and owner mark. */
final class Installation {

    /** The operator's; a registry of a benchmark listens on this machine alone and ends with the run. */
    static final String PASSWORD = "a-password-of-the-benchmark";

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final ServerGroup servers;
    private final Path directory;
    private final String name;
    private final Map<String, String> environment;

    private Installation(ServerGroup servers, Path directory, String name, Map<String, String> environment) {
        this.servers = servers;
        this.directory = directory;
        this.name = name;
        this.environment = environment;
    }

    /**
     * Makes its empty database and its topics; starts nothing.
     *
     * @param name of its database and before its topics; a word
     * @param settings environment variables beside those that keep it to itself
     */
    static Installation on(ServerGroup servers, Path directory, String name, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(servers.settings());
        environment.putAll(Map.of(
                "POSTGRES_DB", name,
                "REGISTRY_ID", name,
                "REGISTRY_KAFKA_GROUP_ID", name,
                "REGISTRY_KAFKA_TOPIC_PREFIX", name + ".",
                "REGISTRY_CONSUL_NODE_NAME", name,
                "REGISTRY_OPERATOR_PASSWORD", PASSWORD,
                // nobody answers for the nodes, and most send no heartbeats
                "REGISTRY_LEASE_TTL", "PT6H"));
        environment.putAll(settings);
        Installation installation = new Installation(servers, directory, name, environment);
        KafkaTopics.create(servers.bootstrapServers(), KafkaTopics.OF_THE_REGISTRY.entrySet().stream()
                .collect(Collectors.toMap(topic -> name + "." + topic.getKey(), Map.Entry::getValue)));
        createDatabase(servers.postgres().orElseThrow(), name);
        return installation;
    }

    static void createDatabase(PostgresServer postgres, String database) {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        } catch (SQLException e) {
            throw new IllegalStateException("no database " + database, e);
        }
    }

    /** Where its replicas are, beside its servers. */
    Path directory() {
        return directory;
    }

    /** Ends a replica and starts it again, so that what follows is measured from a start on. */
    void restart(LibertyServer replica) {
        replica.stop();
        start(replica);
    }

    /** A replica, yet to be started. */
    LibertyServer replica(String replica) {
        return LibertyServer.in(directory.resolve(replica), environment);
    }

    /** Starts a replica and waits until it does all it can. */
    void start(LibertyServer replica) {
        replica.start();
        awaitHealthy(replica);
    }

    void awaitHealthy(LibertyServer replica) {
        RegistryApi api = new RegistryApi(replica);
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInSameThread()
                .ignoreExceptions()
                .until(() -> api.get("/api/v1/health").path("status").asText().equals("healthy"));
    }

    String topic(String topic) {
        return name + "." + topic;
    }

    /** Where its events are put, and how far they have been taken. */
    Feed feed() {
        return new Feed(servers.bootstrapServers(), name, topic("node-introspection.v1"), topic("node-heartbeat.v1"));
    }

    /** A connection to its database; the caller closes it. */
    Connection connect() throws SQLException {
        return connect(servers.postgres().orElseThrow(), name);
    }

    static Connection connect(PostgresServer postgres, String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", postgres.user());
        properties.setProperty("password", postgres.password());
        properties.setProperty("stringtype", "unspecified");
        return new Driver().connect(
                "jdbc:postgresql://" + postgres.host() + ":" + postgres.port() + "/" + database, properties);
    }

    /** Waits until Consul has confirmed every row. */
    void awaitNothingPending() {
        try (Connection connection = connect()) {
            Awaitility.await().atMost(PATIENCE).pollInSameThread().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> number(connection,
                            "SELECT count(*) FROM pending_writes") == 0);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    long number(String sql) throws SQLException {
        try (Connection connection = connect()) {
            return number(connection, sql);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }
}
