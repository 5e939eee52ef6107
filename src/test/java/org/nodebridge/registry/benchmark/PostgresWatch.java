// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks at the few rows of one node type every two milliseconds, until it is interrupted. */
final class PostgresWatch implements Callable<Void> {

    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Installation registry;
    private final String nodeType;
    private final List<Sightings> nodes;

    PostgresWatch(Installation registry, String nodeType, List<Sightings> nodes) {
        this.registry = registry;
        this.nodeType = nodeType;
        this.nodes = nodes;
    }

    @Override
    public Void call() throws SQLException {
        // a change and its place in the history become visible by the same commit, and the history is read in passing
        long seen = registry.number("SELECT last_revision FROM registration_revision");
        try (Connection connection = registry.connect();
                PreparedStatement look = connection.prepareStatement(
                        "SELECT revision, node_type, tool_id, content ->> 'version' FROM registration_history"
                                + " WHERE revision > ? ORDER BY revision")) {
            while (!Thread.currentThread().isInterrupted()) {
                look.setLong(1, seen);
                try (ResultSet rows = look.executeQuery()) {
                    long now = System.nanoTime();
                    while (rows.next()) {
                        seen = rows.getLong(1);
                        if (nodeType.equals(rows.getString(2))) {
                            int node = (int) NodeText.number(rows.getString(3));
                            nodes.get(node).see(NodeText.change(rows.getString(4)), now);
                        }
                    }
                }
                LockSupport.parkNanos(EVERY_NANOS);
            }
        }
        return null;
    }
}
