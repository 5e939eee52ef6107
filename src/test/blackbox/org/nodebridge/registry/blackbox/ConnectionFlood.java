// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.nodebridge.registry.servers.PostgresServer;

/** Takes every connection that PostgreSQL has to give, those of the registry too, so that it refuses any other. */
final class ConnectionFlood {

    private static final int MORE_THAN_THERE_ARE = 1_000;
    private static final int ROUNDS = 5;

    private final PostgresServer postgres;
    private final List<Connection> taken = new ArrayList<>();

    ConnectionFlood(PostgresServer postgres) {
        this.postgres = postgres;
    }

    void begin() {
        try {
            taken.add(postgres.connect());
            // the registry may be faster at what it has just lost
            for (int round = 0; round < ROUNDS; round++) {
                endThoseOfTheRegistry(taken.get(0));
                takeAll();
            }
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL cannot be flooded", e);
        }
    }

    void end() {
        for (Connection connection : taken) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
        taken.clear();
    }

    private static void endThoseOfTheRegistry(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE application_name = 'node-bridge-registry'");
        }
    }

    private void takeAll() {
        try {
            while (taken.size() < MORE_THAN_THERE_ARE) {
                taken.add(postgres.connect());
            }
            throw new IllegalStateException("PostgreSQL has no limit");
        } catch (SQLException e) {
            // none left
        }
    }
}
