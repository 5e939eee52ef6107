// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.nodebridge.registry.servers.KafkaTopics;
import org.nodebridge.registry.servers.ServerGroup;

/**
 * A registry, of one replica or more, on servers that others use too. It shares nothing with them: database, topics,
 * consumer group and owner mark are its own, and new.
 */
final class SeparateRegistry {

    /** PostgreSQL's code for a database that somebody is connected to. */
    private static final String IN_USE = "55006";

    private final ServerGroup servers;
    private final String name;
    private final Map<String, String> environment;

    private SeparateRegistry(ServerGroup servers, String name, Map<String, String> environment) {
        this.servers = servers;
        this.name = name;
        this.environment = environment;
    }

    /**
     * Makes its empty database and its topics.
     *
     * @param name also that of its directory in {@code target/blackbox}
     * @param settings environment variables beside those that keep it separate
     */
    static SeparateRegistry on(ServerGroup servers, String name, Map<String, String> settings) {
        String database = Registry.uniqueId(name).replace('-', '_');
        createDatabase(servers, database);
        Map<String, String> environment = new HashMap<>(settings);
        environment.putAll(Map.of(
                "POSTGRES_DB", database,
                "REGISTRY_ID", name,
                "REGISTRY_KAFKA_GROUP_ID", name,
                "REGISTRY_KAFKA_TOPIC_PREFIX", name + ".",
                "REGISTRY_CONSUL_NODE_NAME", name));
        SeparateRegistry registry = new SeparateRegistry(servers, name, environment);
        KafkaTopics.create(servers.bootstrapServers(), KafkaTopics.OF_THE_REGISTRY.entrySet().stream()
                .collect(Collectors.toMap(topic -> registry.topic(topic.getKey()), Map.Entry::getValue)));
        return registry;
    }

    /** The same with other settings. */
    SeparateRegistry with(Map<String, String> settings) {
        Map<String, String> changed = new HashMap<>(environment);
        changed.putAll(settings);
        return new SeparateRegistry(servers, name, changed);
    }

    /** The same on another database, which is empty. */
    SeparateRegistry withEmptyDatabase() {
        String database = Registry.uniqueId(name).replace('-', '_');
        createDatabase(servers, database);
        return with(Map.of("POSTGRES_DB", database));
    }

    /** The same on a copy of the database as it is now; nobody may be connected to that one meanwhile. */
    SeparateRegistry withCopyOfTheDatabase() {
        String copy = Registry.uniqueId(name).replace('-', '_');
        createDatabase(servers, copy + " TEMPLATE " + environment.get("POSTGRES_DB"));
        return with(Map.of("POSTGRES_DB", copy));
    }

    /** Runs a statement in its database. */
    void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** A session of another program. */
    Connection connect() throws SQLException {
        return servers.postgres().orElseThrow().connect(environment.get("POSTGRES_DB"));
    }

    /** The same with another consumer group, which has committed nothing. */
    SeparateRegistry withNewConsumerGroup() {
        return with(Map.of("REGISTRY_KAFKA_GROUP_ID", Registry.uniqueId(name)));
    }

    /** One of its replicas, yet to be started. */
    Registry replica(String directory) {
        return replica(Backends.emptyDirectory(name + "/" + directory));
    }

    /** The same in a directory in which there is already what its process is to find there. */
    Registry replica(Path directory) {
        return Registry.on(servers, directory, environment);
    }

    /** Its consumer group, of its input topics. */
    ConsumerGroup group() {
        return new ConsumerGroup(servers, environment.get("REGISTRY_KAFKA_GROUP_ID"), this::topic);
    }

    /** The name under which it knows a topic. */
    String topic(String name) {
        return this.name + "." + name;
    }

    private static void createDatabase(ServerGroup servers, String database) {
        // sessions of a registry that was killed, in what is copied, may outlive the few seconds PostgreSQL waits
        eventually().until(() -> {
            try (Connection connection = servers.postgres().orElseThrow().connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + database);
                return true;
            } catch (SQLException e) {
                if (IN_USE.equals(e.getSQLState())) {
                    return false;
                }
                throw new AssertionError(database + " cannot be created", e);
            }
        });
    }
}
