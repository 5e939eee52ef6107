// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How long PostgreSQL keeps what is over.
 *
 * @param history how long a change stays in the history
 * @param tombstones how long the row of a node that left stays, so that a late introspection event does not revive it
 * @param idempotency how long the answer to a write with an idempotency key is repeated
 * @param historyChanges how many changes of one node are noted within the interval before further updates are noted as
 *     one, later; 0 for any number
 * @param historyInterval that interval
 */
public record RetentionSettings(
        Duration history, Duration tombstones, Duration idempotency, int historyChanges, Duration historyInterval) {

    static RetentionSettings read(SettingsReader settings) {
        return new RetentionSettings(
                settings.duration("registry.history.retention", null, "P30D"),
                settings.duration("registry.tombstone.retention", null, "P7D"),
                settings.duration("registry.idempotency.retention", null, "PT24H"),
                settings.number("registry.history.changes-per-node", null, 60, 0, 1_000_000),
                settings.duration("registry.history.changes-interval", null, "PT1M"));
    }
}
