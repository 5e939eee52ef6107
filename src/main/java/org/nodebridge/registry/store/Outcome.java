// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What an event did to its node's row. */
public enum Outcome {
    /** There was no live registration; now there is. */
    CREATED,
    /** The content or the state changed. */
    UPDATED,
    /** A departure that was asked for: the node is not registered any more. */
    DEREGISTERED,
    /** Nothing is known of the node any more: no row, tombstone or owner. */
    FORGOTTEN,
    /** A heartbeat of a suspect, which is active again. */
    RECOVERED,
    /** Nothing changed but the lease, or the very same event had been applied before. */
    UNCHANGED,
    /** A newer event of the node had been applied before, so this one did nothing. */
    STALE,
    /** PostgreSQL will never take it: a rule of the table that the registry does not know. */
    REFUSED;

    /** The value in results and metric labels. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
