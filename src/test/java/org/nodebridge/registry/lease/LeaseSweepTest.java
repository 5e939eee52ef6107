// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.jdbc.RefusedRows;

class LeaseSweepTest {

    private static final long TOKEN = 7;

    private final LeaseSweep sweep = sweep();

    @Test
    void leavesOutNodesOfWhichNothingBecameForAWhile() {
        sweep.leaveOutOthers(List.of("a", "b"), List.of("b"), TOKEN);

        assertThat(sweep.refused.lately()).containsExactly("a");
    }

    @Test
    void leavesNoNodeOutForNotLeadingAnyMore() {
        sweep.leaveOutOthers(List.of("a", "b"), List.of(), TOKEN - 1);

        assertThat(sweep.refused.lately()).isEmpty();
    }

    private static LeaseSweep sweep() {
        LeaseSweep sweep = new LeaseSweep();
        sweep.refused = new RefusedRows(new RegistryMetrics(null));
        sweep.leases = new LeaseRepository() {
            @Override
            public boolean leads(long token) {
                return token == TOKEN;
            }
        };
        return sweep;
    }
}
