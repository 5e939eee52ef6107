// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * When PostgreSQL committed the changes of one node type's few rows, as it has noted itself by the machine's clock: to
 * look at them while they come would take from the cores what is measured.
 */
final class PostgresCommits {

    private final Installation registry;
    private final String nodeType;
    private final long before;

    /** Of what is committed from now on. */
    PostgresCommits(Installation registry, String nodeType) throws SQLException {
        this.registry = registry;
        this.nodeType = nodeType;
        this.before = registry.number("SELECT last_revision FROM registration_revision");
    }

    /** Tells what has been committed since, once. */
    void tell(List<Sightings> nodes) throws SQLException {
        // a change and its place in the history become visible by the same commit
        try (Connection connection = registry.connect();
                PreparedStatement look = connection.prepareStatement(
                        "SELECT tool_id, content ->> 'version', pg_xact_commit_timestamp(xmin)"
                                + " FROM registration_history"
                                + " WHERE revision > ? AND node_type = ? ORDER BY revision")) {
            look.setLong(1, before);
            look.setString(2, nodeType);
            Instant clock = Instant.now();
            long now = System.nanoTime();
            try (ResultSet rows = look.executeQuery()) {
                while (rows.next()) {
                    Instant committed = rows.getObject(3, OffsetDateTime.class).toInstant();
                    nodes.get((int) NodeText.number(rows.getString(1))).see(
                            NodeText.change(rows.getString(2)), now - ChronoUnit.NANOS.between(committed, clock));
                }
            }
        }
    }
}
