// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

/**
 * Where PostgreSQL is. The server's data source reads the same names from the environment, so they have no other
 * key; here they are checked and shown.
 */
public record PostgresSettings(String host, int port, String database, String user) {

    static PostgresSettings read(SettingsReader settings) {
        settings.secretOfServer("POSTGRES_PASSWORD");
        return new PostgresSettings(
                settings.text("POSTGRES_HOST", null, "localhost"),
                settings.port("POSTGRES_PORT", null, 5432),
                settings.text("POSTGRES_DB", null, "omninode_bridge"),
                settings.text("POSTGRES_USER", null, "postgres"));
    }
}
