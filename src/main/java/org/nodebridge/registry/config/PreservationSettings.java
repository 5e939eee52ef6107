// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * When the expiry of a cohort, the nodes of one type and region, is held because too many fall due at once.
 *
 * @param percent the share of a cohort that may fall due within the window without a hold
 * @param least fewer nodes than this never begin a hold
 * @param window how long an expiry counts as one that fell due
 * @param expirePercent the share of a held cohort that one sweep may expire; one node at least
 * @param longestHold how long nodes are held that cannot be probed
 */
public record PreservationSettings(
        int percent, int least, Duration window, int expirePercent, Duration longestHold) {

    static PreservationSettings read(SettingsReader settings) {
        return new PreservationSettings(
                settings.number("registry.preservation.percent", null, 15, 0, 100),
                settings.number("registry.preservation.least", null, 2, 1, 1_000_000),
                settings.duration("registry.preservation.window", null, "PT90S"),
                settings.number("registry.preservation.expire-percent", null, 5, 0, 100),
                settings.duration("registry.preservation.longest-hold", null, "PT15M"));
    }

    /** How many nodes of a held cohort one sweep may expire. */
    public int mostExpiries(int cohortSize) {
        return Math.max(1, cohortSize * expirePercent / 100);
    }
}
