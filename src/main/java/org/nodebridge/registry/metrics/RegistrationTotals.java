// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.metrics;

import java.util.concurrent.atomic.LongAdder;

/** Registrations of this replica since it started, as the design document counts them. Safe for many threads. */
public final class RegistrationTotals {

    private final LongAdder failed = new LongAdder();
    private final LongAdder inConsul = new LongAdder();
    private final LongAdder inPostgres = new LongAdder();

    void inPostgres(long count) {
        inPostgres.add(count);
    }

    void failed(long count) {
        failed.add(count);
    }

    void inConsul(long count) {
        inConsul.add(count);
    }

    Sums sums() {
        long committed = inPostgres.sum();
        return new Sums(committed, failed.sum(), inConsul.sum(), committed);
    }

    /**
     * What they come to.
     *
     * @param successful committed by PostgreSQL, changed or not
     * @param failed not committed when they were tried
     * @param inConsul confirmed by Consul
     * @param inPostgres committed by PostgreSQL
     */
    public record Sums(long successful, long failed, long inConsul, long inPostgres) {}
}
