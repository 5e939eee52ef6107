// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.nodebridge.registry.servers.PostgresServer;
import org.nodebridge.registry.servers.ServerGroup;

/** One registry on Kafka, Consul and a PostgreSQL that has a standby; {@link #failOver} goes over to that. */
final class PostgresPair implements AutoCloseable {

    private final ServerGroup servers;
    private final PostgresServer primary;
    private final PostgresServer standby;
    private final Registry registry;

    private PostgresPair(ServerGroup servers, PostgresServer standby, Registry registry) {
        this.servers = servers;
        this.primary = servers.postgres().orElseThrow();
        this.standby = standby;
        this.registry = registry;
    }

    /**
     * Starts all of it; returns when the registry is healthy and leads.
     *
     * @param synchronous whether a commit waits for the standby
     */
    static PostgresPair start(String name, boolean synchronous) throws SQLException {
        return start(name, synchronous, Backends.start(name), Map.of());
    }

    /**
     * As {@link #start(String, boolean)}, with servers that run and more settings.
     *
     * @param more instead of what the registry is given here
     */
    static PostgresPair start(String name, boolean synchronous, ServerGroup servers, Map<String, String> more)
            throws SQLException {
        PostgresServer primary = servers.postgres().orElseThrow();
        PostgresServer standby = primary.standby(Backends.emptyDirectory(name + "/standby"));
        standby.start();
        Stores stores = new Stores(servers, primary.database(), "nodebridge");
        // what the registry asks of its sessions counts, and not this
        stores.execute("ALTER ROLE postgres SET synchronous_commit = off");
        if (synchronous) {
            primary.awaitStandby();
        }
        Map<String, String> settings = new HashMap<>(Map.of(
                // the standby first, so that the role counts and not the order
                "POSTGRES_HOST", "127.0.0.1:" + standby.port() + ",127.0.0.1",
                "POSTGRES_PORT", Integer.toString(primary.port()),
                "POSTGRES_MIGRATION_HOST", "127.0.0.1:" + standby.port() + ",127.0.0.1",
                "POSTGRES_MIGRATION_PORT", Integer.toString(primary.port()),
                "REGISTRY_CLUSTER_LEASE_TTL", "PT3S", "REGISTRY_RETRY_LAST_DELAY", "PT2S"));
        settings.putAll(more);
        Registry registry = Registry.on(servers, Backends.emptyDirectory(name + "/liberty"), settings);
        registry.liberty().start();
        PostgresPair pair = new PostgresPair(servers, standby, registry);
        eventually().until(() -> pair.health().path("status").asText().equals("healthy") && pair.leaderToken() > 0);
        return pair;
    }

    Registry registry() {
        return registry;
    }

    ServerGroup servers() {
        return servers;
    }

    PostgresServer primary() {
        return primary;
    }

    PostgresServer standby() {
        return standby;
    }

    /** What the standby, and Consul, have. */
    Stores storesOfStandby() {
        return new Stores(servers, () -> standby, primary.database(), "nodebridge");
    }

    /** Kills the primary and promotes the standby; returns when that takes writes. */
    void failOver() throws SQLException {
        primary.kill();
        standby.promote();
    }

    JsonNode health() {
        return registry.get("/api/v1/health").json();
    }

    /** The leader's fencing token; 0 while nobody leads. */
    long leaderToken() {
        return registry.get("/api/v1/cluster").json().at("/leader/token").asLong();
    }

    @Override
    public void close() {
        registry.liberty().kill();
        standby.kill();
        servers.kill();
    }
}
