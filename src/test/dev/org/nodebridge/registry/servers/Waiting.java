// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what gives no sign of its own. */
final class Waiting {

    private static final long PAUSE_MS = 50;

    private Waiting() {}

    /** Looks every few milliseconds; returns whether the condition came true in time. An interrupt ends the wait. */
    static boolean until(Duration deadline, BooleanSupplier condition) {
        long end = System.nanoTime() + deadline.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0 || !pause()) {
                return condition.getAsBoolean();
            }
        }
        return true;
    }

    private static boolean pause() {
        try {
            new CountDownLatch(1).await(PAUSE_MS, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
