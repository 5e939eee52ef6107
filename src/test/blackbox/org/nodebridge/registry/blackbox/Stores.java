// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.nodebridge.registry.servers.ConsulServer;
import org.nodebridge.registry.servers.PostgresServer;
import org.nodebridge.registry.servers.ServerGroup;

/** What PostgreSQL and Consul themselves say, by SQL and by Consul's HTTP interface. Safe from many threads. */
final class Stores {

    private final Supplier<PostgresServer> postgres;
    private final Supplier<ConsulServer> consul;
    private final String database;
    private final String consulNode;
    private final HttpClient http = HttpClient.newHttpClient();

    /**
     * @param database that of the registry
     * @param consulNode under which the registry keeps its services
     */
    Stores(ServerGroup servers, String database, String consulNode) {
        this(servers, () -> servers.postgres().orElseThrow(), database, consulNode);
    }

    /** @param postgres the one that is asked */
    Stores(ServerGroup servers, Supplier<PostgresServer> postgres, String database, String consulNode) {
        this(postgres, () -> servers.consul().orElseThrow(), database, consulNode);
    }

    private Stores(
            Supplier<PostgresServer> postgres, Supplier<ConsulServer> consul, String database, String consulNode) {
        this.postgres = postgres;
        this.consul = consul;
        this.database = database;
        this.consulNode = consulNode;
    }

    /** The same with another Consul. */
    Stores with(Supplier<ConsulServer> other) {
        return new Stores(postgres, other, database, consulNode);
    }

    /** The node's row with the names of its columns, tombstones included. */
    Optional<JsonNode> row(String nodeId) {
        return Optional.ofNullable(rows("tool_id = ?", nodeId).get(nodeId));
    }

    /** Node id to row, of all nodes whose id begins so; tombstones included. */
    Map<String, JsonNode> rowsOf(String prefix) {
        return rows("starts_with(tool_id, ?)", prefix);
    }

    /** What PostgreSQL answers to a query, each row as JSON with the names of its columns. */
    List<JsonNode> query(String sql) {
        try (Connection connection = postgres.get().connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT row_to_json(q) FROM (" + sql + ") AS q")) {
            List<JsonNode> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(Json.parse(result.getString(1)));
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL cannot be asked", e);
        }
    }

    /** Has PostgreSQL carry out a statement that gives no rows. */
    void execute(String sql) {
        try (Connection connection = postgres.get().connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL cannot be changed", e);
        }
    }

    /** How many rows Consul has not confirmed. */
    long pendingForConsul() {
        return query("SELECT count(*) FROM pending_writes")
                .get(0)
                .path("count")
                .asLong();
    }

    private Map<String, JsonNode> rows(String condition, String parameter) {
        String sql = "SELECT r.tool_id, row_to_json(r) FROM (SELECT r.*, p.tool_id IS NOT NULL AS pending"
                + " FROM tool_registrations AS r LEFT JOIN pending_writes AS p USING (tool_id)) AS r"
                + " WHERE " + condition + " ORDER BY 1";
        try (Connection connection = postgres.get().connect(database);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, parameter);
            Map<String, JsonNode> rows = new LinkedHashMap<>();
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    rows.put(result.getString(1), Json.parse(result.getString(2)));
                }
            }
            return rows;
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL cannot be asked", e);
        }
    }

    /** Node id to service, of all services under the registry's node in the catalog. */
    Map<String, ConsulService> consulServices() {
        Map<String, JsonNode> checks = new HashMap<>();
        consul("/v1/health/node/" + consulNode).forEach(check -> checks.put(check.path("ServiceID").asText(), check));
        Map<String, ConsulService> services = new HashMap<>();
        for (JsonNode service : consul("/v1/catalog/node/" + consulNode).path("Services")) {
            String id = service.path("ID").asText();
            ConsulService shown = ConsulService.of(service, checks.getOrDefault(id, Json.MAPPER.missingNode()));
            services.put(shown.nodeId(), shown);
        }
        return services;
    }

    /** Removes a Consul node with all its services. */
    void forgetInConsul(String node) {
        HttpRequest request = HttpRequest.newBuilder(
                URI.create(consul.get().url() + "/v1/catalog/deregister"))
                .PUT(HttpRequest.BodyPublishers.ofString("{\"Node\": \"" + node + "\"}"))
                .build();
        try {
            http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("Consul cannot be asked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What Consul answers to a GET; {@code null} as JSON for a node it does not know. */
    JsonNode consul(String path) {
        HttpRequest request = HttpRequest.newBuilder(
                URI.create(consul.get().url() + path))
                .build();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("Consul says " + response.statusCode() + ": " + response.body());
            }
            return Json.parse(response.body());
        } catch (IOException e) {
            throw new IllegalStateException("Consul cannot be asked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
