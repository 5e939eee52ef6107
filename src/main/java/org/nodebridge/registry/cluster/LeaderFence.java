// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Holds the leader's lease as it is until the transaction ends, so that what is written in it is written by the leader
 * or not at all. The lease cannot be taken by another meanwhile; and one that has ended is not held.
 */
public final class LeaderFence {

    private static final String HOLD = """
            SELECT 1
            FROM cluster_leases
            WHERE name = ? AND token = ? AND expires_at > clock_timestamp()
            FOR SHARE
            """;

    private LeaderFence() {}

    /** Whether the token is still the leader's; if not, nothing may be written. */
    public static boolean holds(Connection connection, long token) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLD)) {
            statement.setString(1, ClusterRepository.LEADER);
            statement.setLong(2, token);
            return statement.executeQuery().next();
        }
    }
}
