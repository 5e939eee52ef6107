// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.statistics;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The newest samples, a bounded number of them. Safe for many threads. */
final class SampleRing {

    private final int capacity;
    private final Deque<Sample> samples;

    SampleRing(int capacity) {
        this.capacity = capacity;
        this.samples = new ArrayDeque<>(capacity);
    }

    /** Takes the place of the oldest one where there is no other. */
    synchronized void add(Sample sample) {
        if (samples.size() == capacity) {
            samples.removeFirst();
        }
        samples.addLast(sample);
    }

    /** Oldest first. */
    synchronized List<Sample> all() {
        return List.copyOf(samples);
    }

    /** @param values by the ordinal of their series; NaN where a value is not known. Not to be written */
    record Sample(Instant at, double[] values) {}
}
