// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** Waits that suit a loaded machine, and end as soon as they may. */
final class Eventually {

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private Eventually() {}

    /** Give it a condition or assertions; the last failure is reported when time runs out. */
    static ConditionFactory eventually() {
        return Awaitility.await()
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(150))
                .pollInSameThread();
    }
}
