// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.Supplier;

/** Time that one input may take: far above what a busy machine needs, far below what more than linear time takes. */
public final class Bounded {

    private static final Duration CEILING = Duration.ofSeconds(20);

    private Bounded() {}

    /** What the reading returns, which fails when it takes longer than the ceiling. */
    public static <T> T time(Supplier<T> reading) {
        long start = System.nanoTime();
        T result = reading.get();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(CEILING);
        return result;
    }
}
