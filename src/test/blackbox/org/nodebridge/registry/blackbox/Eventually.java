// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.pollinterval.IterativePollInterval;

/** Waits that suit a loaded machine, and end as soon as they may. */
final class Eventually {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final Duration LONGEST_INTERVAL = Duration.ofMillis(500);

    private Eventually() {}

    /** Looks often at first, for what comes soon, and costs the machine little where there is long to wait. */
    private static Duration longer(Duration interval) {
        return interval.compareTo(LONGEST_INTERVAL) >= 0 ? LONGEST_INTERVAL : interval.multipliedBy(13).dividedBy(10);
    }

    /**
     * Give it a condition or assertions; the last failure is reported when time runs out. That a server gives no answer
     * for once, by which Registry, Stores, Broker and ConsumerGroup throw an IllegalStateException, does not end the
     * wait.
     */
    static ConditionFactory eventually() {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(IterativePollInterval.iterative(Eventually::longer, Duration.ofMillis(60)))
                .ignoreExceptionsInstanceOf(IllegalStateException.class)
                .pollInSameThread();
    }
}
