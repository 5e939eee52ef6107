// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import org.jdbi.v3.core.Handle;

/**
 * Holds the leader's lease as it is until the transaction ends, so that what is written in it is written by the leader
 * or not at all. The lease cannot be taken by another meanwhile; and one that has ended, or is of a server that another
 * has been promoted after, is not held.
 */
public final class LeaderFence {

    private static final String HOLD = """
            SELECT 1
            FROM cluster_leases
            WHERE name = :leader AND token = :token AND expires_at > clock_timestamp()
              AND EXISTS (SELECT 1 FROM cluster_timelines
                          WHERE timeline = (SELECT registry_timeline())
                            AND system_identifier = (SELECT registry_system_identifier())
                          UNION ALL
                          SELECT 1 WHERE registry_timeline() = 0)
            FOR SHARE
            """;

    private LeaderFence() {}

    /** Whether the token is still the leader's; if not, nothing may be written. */
    public static boolean holds(Handle handle, long token) {
        return handle.createQuery(HOLD)
                .bind("leader", ClusterLeasesRepository.LEADER)
                .bind("token", token)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }
}
