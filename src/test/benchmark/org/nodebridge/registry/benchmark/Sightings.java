// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/** When each of the numbered changes of one node was first seen somewhere. One thread sees, others may ask. */
final class Sightings {

    private static final long NEVER = 0;

    private final long first;
    private final AtomicLongArray seen;
    private final AtomicLong next = new AtomicLong();

    /** @param first number of the first of the changes; what comes before it is nothing to be seen */
    Sightings(long first, int changes) {
        this.first = first;
        this.seen = new AtomicLongArray(changes);
    }

    /** The change stands there now, and so do all before it, which it has overtaken if they were not seen yet. */
    void see(long change, long nanos) {
        for (long number = next.get(); number <= change - first && number < seen.length(); number++) {
            seen.set((int) number, nanos == NEVER ? 1 : nanos);
            next.set(number + 1);
        }
    }

    /** How many have been seen. */
    long count() {
        return next.get();
    }

    /** When the change that is so many after the first was seen, by {@link System#nanoTime()}. */
    long at(int change) {
        return seen.get(change);
    }
}
