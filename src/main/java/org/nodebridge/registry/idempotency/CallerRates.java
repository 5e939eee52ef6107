// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.idempotency;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How often callers have asked lately: each may ask as often in a row as in a second, and then at that rate. Remembers
 * the latest thousand callers. Safe for many threads.
 */
final class CallerRates {

    private static final int MOST_CALLERS = 1000;
    private static final double NANOS = 1e9;

    private final LongSupplier clock;
    private final Map<String, Allowance> allowances = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Allowance> eldest) {
            return size() > MOST_CALLERS;
        }
    };

    /** @param clock nanoseconds since any time */
    CallerRates(LongSupplier clock) {
        this.clock = clock;
    }

    /** Takes one from the caller's allowance; false when nothing is left of it. */
    synchronized boolean take(String caller, int perSecond) {
        long now = clock.getAsLong();
        Allowance allowance = allowances.computeIfAbsent(caller, name -> new Allowance(perSecond, now));
        allowance.left = Math.min(perSecond, allowance.left + (now - allowance.at) / NANOS * perSecond);
        allowance.at = now;
        if (allowance.left < 1) {
            return false;
        }
        allowance.left--;
        return true;
    }

    private static final class Allowance {

        private double left;
        private long at;

        private Allowance(double left, long at) {
            this.left = left;
            this.at = at;
        }
    }
}
