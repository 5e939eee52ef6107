// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

/** So many things in that time, the wait for the last one's effect included. */
record Throughput(long count, long nanos) {

    double perSecond() {
        return count * 1e9 / nanos;
    }

    /** The same count, with what had to be waited for since. */
    Throughput plus(long moreNanos) {
        return new Throughput(count, nanos + moreNanos);
    }
}
