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
     * The same for the exporter, which goes on from what either of two clocks can have said: one of them that was set
     * back must not begin a history with a number that readers take for that of an earlier one.
     *
     * @param now by PostgreSQL
     * @param own by this replica
     */
    static boolean credible(long number, long now, long own) {
        return credible(number, Math.max(now, own));
    }

    /**
     * The number of a history that begins now. A number before it that is not credible is passed over: readers refuse
     * what is higher, and one that holds it takes a lower one.
     *
     * @param noted of the history before, which may have begun while a clock was ahead
     * @param found of the last record that is on the topic, where anything may stand
     * @param now by PostgreSQL
     * @param own by this replica
     */
    static long next(long noted, long found, long now, long own) {
        long before = Math.max(credible(noted, now, own) ? noted : 0, credible(found, now, own) ? found : 0);
        return Math.max(now, before + 1);
    }
}
