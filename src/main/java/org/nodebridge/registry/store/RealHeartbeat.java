// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

/**
 * Until version 19 of the schema {@code last_heartbeat} was set by registrations too. A row that has not been seen
 * since
 * keeps it only where a heartbeat is known to have come.
 */
public final class RealHeartbeat {

    /** The time of the last heartbeat of a row {@code r}; NULL for none. */
    public static final String SQL =
            "CASE WHEN r.last_seen_at IS NOT NULL OR r.heartbeat_timestamp IS NOT NULL THEN r.last_heartbeat END";

    private RealHeartbeat() {}
}
