// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The pause before the next try: twice the one before, up to a limit, of which a random half is taken off, so that
 * replicas do not all knock at once.
 */
public record RetryDelay(Duration first, Duration last) {

    /** @param failures how many tries in a row have failed, 1 or more */
    public Duration after(int failures) {
        long base = first.toMillis() << Math.min(failures - 1, 20);
        long ceiling = Math.min(Math.max(base, 1), last.toMillis());
        return Duration.ofMillis(ceiling - ThreadLocalRandom.current().nextLong(ceiling / 2 + 1));
    }
}
