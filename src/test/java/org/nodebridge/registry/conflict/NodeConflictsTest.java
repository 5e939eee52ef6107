// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.EventsApplied;
import org.nodebridge.registry.registration.HeartbeatsApplied;

class NodeConflictsTest {

    private final List<String> defects = new ArrayList<>();
    private final NodeConflicts conflicts = new NodeConflicts(new RegistryMetrics(null) {

        @Override
        public void taskDefects(String task, long runs) {
            defects.add(task);
        }
    });

    @Test
    void failsNoBatchThatIsCommittedByADefectOfItsOwn() {
        conflicts.renewed(new HeartbeatsApplied(List.of(), null));
        conflicts.introduced(new EventsApplied(List.of(), null));

        assertThat(defects).containsExactly("node_conflicts", "node_conflicts");
    }
}
