// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import org.nodebridge.registry.config.value.SettingsReader;

/**
 * Where PostgreSQL is. The server's data source reads the same names from the environment, so they have no other
 * key; here they are checked and shown.
 */
public record PostgresSettings(String host, int port, String database, String user) {

    /** To what it is given the server appends the port, and so to the last of several hosts. */
    private static final String LAST_WITHOUT_PORT =
            "(.*,)?([^:,\\s]+|\\[[^],]+]|[^\\[,\\s]*:[^,\\s]*:[^,\\s]*)";

    static PostgresSettings read(SettingsReader settings) {
        settings.secretOfServer("POSTGRES_PASSWORD", "");
        String host = hosts(settings, "POSTGRES_HOST", "localhost", "POSTGRES_PORT");
        // of the server alone, where it would be seen when a migration is due
        hosts(settings, "POSTGRES_MIGRATION_HOST", "${POSTGRES_HOST}", "POSTGRES_MIGRATION_PORT");
        return new PostgresSettings(
                host,
                settings.port("POSTGRES_PORT", null, 5432),
                settings.text("POSTGRES_DB", null, "omninode_bridge"),
                settings.text("POSTGRES_USER", null, "postgres"));
    }

    private static String hosts(SettingsReader settings, String name, String unset, String portName) {
        return settings.matching(
                name, null, unset, LAST_WITHOUT_PORT,
                "must have no port behind its last host, which " + portName + " is for");
    }
}
