// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.nodebridge.registry.catalog.CatalogRefusedException;

/**
 * Whether sidecar proxies may be left from when Connect was on, as every replica has to know while it is off, and not
 * only the one that compares. Consul is asked once a minute at most. Safe for many threads.
 */
final class LeftSidecars {

    private static final long VALID_NANOS = Duration.ofMinutes(1).toNanos();

    private final BooleanSupplier consul;
    private final LongSupplier clock;

    private volatile Answer last;

    private record Answer(boolean any, long at) {}

    LeftSidecars(BooleanSupplier consul) {
        this(consul, System::nanoTime);
    }

    LeftSidecars(BooleanSupplier consul, LongSupplier clock) {
        this.consul = consul;
        this.clock = clock;
    }

    /** @throws org.nodebridge.registry.catalog.CatalogUnavailableException when Consul does not answer */
    boolean any() {
        Answer known = last;
        long now = clock.getAsLong();
        if (known == null || now - known.at() >= VALID_NANOS) {
            known = new Answer(ask(), now);
            last = known;
        }
        return known.any();
    }

    /** A refusal is no reason to write nothing: what is left is then the comparison's. */
    private boolean ask() {
        try {
            return consul.getAsBoolean();
        } catch (CatalogRefusedException e) {
            return false;
        }
    }
}
