// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import java.time.Duration;

/** Numbers of histories: when each began, in Unix milliseconds, or one more than the number before. */
final class HistoryNumber {

    private static final long MAX_AHEAD_MILLIS = Duration.ofDays(1).toMillis();

    private HistoryNumber() {}

    /** Whether it can be of a clock; another one would be higher than that of any history to come. */
    static boolean credible(long number, long now) {
        return number <= now + MAX_AHEAD_MILLIS;
    }

    /**
     * The number of a history that begins now.
     *
     * @param noted of the history before
     * @param found of the last record that is on the topic, where anything may stand
     */
    static long next(long noted, long found, long now) {
        return Math.max(now, Math.max(noted, credible(found, now) ? found : 0) + 1);
    }
}
