// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;

/**
 * How long PostgreSQL keeps what is over.
 *
 * @param history how long a change stays in the history
 * @param tombstones how long the row of a node that left stays, so that a late introduction does not revive it
 * @param idempotency how long the answer to a write with an idempotency key is repeated
 */
public record RetentionSettings(Duration history, Duration tombstones, Duration idempotency) {

    static RetentionSettings read(SettingsReader settings) {
        return new RetentionSettings(
                settings.duration("registry.history.retention", null, "P30D"),
                settings.duration("registry.tombstone.retention", null, "P7D"),
                settings.duration("registry.idempotency.retention", null, "PT24H"));
    }
}
