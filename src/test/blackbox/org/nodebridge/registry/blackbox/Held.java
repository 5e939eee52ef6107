// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

/**
 * What a replica holds, to be let go again after a fault: places in bulkheads, records in flight, connections with a
 * transaction, and threads. Looked at more than once, as its own health and sweeps hold some of it for a moment.
 */
record Held(double threads) {

    /** Beside those of before: pools keep for a while what a fault made them grow by. */
    private static final int THREADS_MORE = 60;

    private static final String RUNNING = "ft_bulkhead_executionsRunning";
    private static final String IN_FLIGHT = "registry_records_in_flight";

    /** All replicas' of this database. */
    private static final String BUSY = """
            SELECT pid, state, query FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'node-bridge-registry%' AND state <> 'idle'""";

    /** Before the fault, of a replica that has worked. */
    static Held before(Registry replica) {
        return new Held(threads(replica));
    }

    void isLetGoBy(Registry replica) {
        isLetGoBy(replica, replica.stores());
    }

    /** @param stores those of the PostgreSQL that is the primary now */
    void isLetGoBy(Registry replica, Stores stores) {
        // each at a moment of its own: sweeps and nodes that live hold one or the other again and again
        eventually().untilAsserted(() -> {
            Metrics now = Metrics.of(replica);
            assertThat(now.samples()).as("bulkheads").anySatisfy((name, held) -> assertThat(name).startsWith(RUNNING));
            now.samples().forEach((name, held) -> {
                if (name.startsWith(RUNNING)) {
                    assertThat(held).as(name).isZero();
                }
            });
        });
        eventually().untilAsserted(() -> assertThat(Metrics.of(replica).samples().get(IN_FLIGHT))
                .as("records in flight").isZero());
        eventually().untilAsserted(() -> assertThat(stores.query(BUSY)).as("connections with a transaction").isEmpty());
        eventually().untilAsserted(() -> assertThat(threads(replica)).as("threads, %s before", threads)
                .isLessThan(threads + THREADS_MORE));
    }

    private static double threads(Registry replica) {
        return Metrics.of(replica).value("thread_count");
    }
}
