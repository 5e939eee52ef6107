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
        // by their ids: a scan for the type would read all the other nodes
        String[] ids = new String[nodes.size()];
        for (int node = 0; node < ids.length; node++) {
            ids[node] = nodeType + "-" + node;
        }
        try (Connection connection = registry.connect();
                PreparedStatement look = connection.prepareStatement(
                        "SELECT tool_id, node_version FROM tool_registrations WHERE tool_id = ANY (?)")) {
            look.setArray(1, connection.createArrayOf("text", ids));
            while (!Thread.currentThread().isInterrupted()) {
                try (ResultSet rows = look.executeQuery()) {
                    long now = System.nanoTime();
                    while (rows.next()) {
                        int node = (int) NodeText.number(rows.getString(1));
                        nodes.get(node).see(NodeText.change(rows.getString(2)), now);
                    }
                }
                LockSupport.parkNanos(EVERY_NANOS);
            }
        }
        return null;
    }
}
