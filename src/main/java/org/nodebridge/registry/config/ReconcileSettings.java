// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How Consul is compared with PostgreSQL and put right, and how much of that at once.
 *
 * @param pendingInterval how often rows that Consul still lacks are looked for
 * @param interval how often all of Consul is compared with all of PostgreSQL
 * @param pendingLimit how long a row may be pending for Consul before that counts as drift
 * @param startGrace how long after it has caught up with Kafka a registry removes no entry of a node it has no row of
 * @param deletionPercent the share of our entries in Consul that one run may remove, in percent
 * @param deletionLeast how many entries a run may remove however few there are
 */
public record ReconcileSettings(
        Duration pendingInterval,
        Duration interval,
        Duration pendingLimit,
        Duration startGrace,
        int deletionPercent,
        int deletionLeast) {

    static ReconcileSettings read(SettingsReader settings) {
        return new ReconcileSettings(
                settings.duration("registry.reconcile.pending-interval", null, "PT1S"),
                settings.duration("registry.reconcile.interval", null, "PT1M"),
                settings.duration("registry.reconcile.pending-limit", null, "PT30S"),
                settings.duration("registry.reconcile.start-grace", null, "PT90S"),
                settings.number("registry.reconcile.deletion-percent", null, 10, 0, 100),
                settings.number("registry.reconcile.deletion-least", null, 5, 0, 1_000_000));
    }

    /** How many entries one run may remove. */
    public int mostDeletions(int entriesInConsul) {
        return (int) Math.max(deletionLeast, (long) entriesInConsul * deletionPercent / 100);
    }
}
