// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * How many sign-ins have failed lately, for each user and address and for each address. Each has an allowance of
 * failures, which comes back over a minute; when it is used up, further attempts are refused unseen, and these do not
 * count, so that the user gets in again within seconds after the failures stop. Another address has an allowance of its
 * own: a guesser cannot lock the user out from elsewhere. Remembers the latest ten thousand. Safe for many threads.
 */
final class SignInAttempts {

    private static final int MAX_REMEMBERED = 10_000;

    /** So many times the allowance of one user has an address for all names that it tries. */
    private static final int OF_AN_ADDRESS = 5;

    private static final double NANOS_PER_MINUTE = 60e9;

    private final int perMinute;
    private final LongSupplier clock;
    private final Map<String, Allowance> allowances = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Allowance> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    /**
     * @param perMinute how many failures one user at one address has; 0 for any number
     * @param clock nanoseconds since any time
     */
    SignInAttempts(int perMinute, LongSupplier clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    /**
     * How many seconds to wait before the next attempt is looked at; 0 when it may be made now.
     *
     * @param user one that there is, or any one name for all others
     * @param address the client's, which {@link ClientAddress} gives
     */
    synchronized long secondsToWait(String user, String address) {
        return Math.max(secondsToWait(address, perMinute * OF_AN_ADDRESS),
                secondsToWait(key(user, address), perMinute));
    }

    /**
     * Counts a failure.
     *
     * @return whether the next attempt will be refused unseen, for the first time since it was not
     */
    synchronized boolean failed(String user, String address) {
        boolean ofTheAddress = take(address, perMinute * OF_AN_ADDRESS);
        boolean ofTheUser = take(key(user, address), perMinute);
        return ofTheAddress || ofTheUser;
    }

    synchronized int remembered() {
        return allowances.size();
    }

    private long secondsToWait(String key, int most) {
        Allowance allowance = allowances.get(key);
        if (allowance == null || perMinute == 0) {
            return 0;
        }
        refill(allowance, most);
        return allowance.left >= 1 ? 0 : (long) Math.ceil((1 - allowance.left) * 60 / most);
    }

    private boolean take(String key, int most) {
        if (perMinute == 0) {
            return false;
        }
        Allowance allowance = allowances.computeIfAbsent(key, name -> new Allowance(most, clock.getAsLong()));
        refill(allowance, most);
        boolean could = allowance.left >= 1;
        // attempts that were under way at once may use up more than there is, by as much again
        allowance.left = Math.max(-most, allowance.left - 1);
        return could && allowance.left < 1;
    }

    private void refill(Allowance allowance, int most) {
        long now = clock.getAsLong();
        allowance.left = Math.min(most, allowance.left + (now - allowance.at) / NANOS_PER_MINUTE * most);
        allowance.at = now;
    }

    private static String key(String user, String address) {
        return user + "@" + address;
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
