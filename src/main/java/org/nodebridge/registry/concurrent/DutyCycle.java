// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Something that is done the less often the longer it takes, so that it never takes more than a share of the time. */
public final class DutyCycle {

    private final double share;
    private final LongSupplier nanoTime;
    private volatile Long notBefore;

    /**
     * @param share above 0, at most 1
     * @param nanoTime as {@link System#nanoTime} tells it
     */
    public DutyCycle(double share, LongSupplier nanoTime) {
        this.share = share;
        this.nanoTime = nanoTime;
    }

    /** Whether it may be done now: it never was, or long enough ago. */
    public boolean isDue() {
        Long due = notBefore;
        return due == null || nanoTime.getAsLong() - due >= 0;
    }

    /** Does it, due or not. What fails may be tried again at once. */
    public <T> T timed(Supplier<T> something) {
        long begin = nanoTime.getAsLong();
        T result = something.get();
        long took = nanoTime.getAsLong() - begin;
        notBefore = begin + Math.round(took / share);
        return result;
    }
}
