// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.conflict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.EventsApplied;
import org.nodebridge.registry.registration.HeartbeatsApplied;
import org.nodebridge.registry.store.jdbc.RefusedRows;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;

class NodeConflictsTest {

    private final List<String> defects = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();
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

    @Test
    void writesDownAllOthersWhenPostgresRefusesOneAndGoesOnWhenItFails() {
        List<String> noted = new ArrayList<>();
        conflicts.refused = new RefusedRows(new RegistryMetrics(null) {

            @Override
            public void refusedRow(String event) {
                refusals.add(event);
            }
        });
        conflicts.conflicts = new NodeConflictsRepository() {

            @Override
            public void note(Collection<NodeConflict> found) {
                if (found.stream().anyMatch(each -> each.nodeId().equals("refused"))) {
                    throw new StoreRefusedException("not this one", null);
                }
                found.forEach(each -> noted.add(each.nodeId()));
            }

            @Override
            public List<String> over(Collection<String> without, int most) {
                return List.of("refused", "old");
            }

            @Override
            public List<String> prune(Collection<String> nodeIds) {
                if (nodeIds.contains("refused")) {
                    throw new StoreRefusedException("nor that one", null);
                }
                noted.add("(pruned)");
                throw new IllegalStateException("broken");
            }

            @Override
            public long count() {
                noted.add("(counted)");
                return 3;
            }
        };
        List.of("a", "b", "refused", "c").forEach(id -> conflicts.found(
                new NodeConflict(id, Instant.EPOCH, Instant.EPOCH, NodeConflict.Evidence.START, List.of())));

        assertThatThrownBy(conflicts::write).hasMessage("broken");
        assertThatThrownBy(conflicts::write).hasMessage("broken");

        assertThat(noted).containsExactlyInAnyOrder(
                "a", "b", "c", "(pruned)", "(counted)", "(pruned)", "(counted)");
        assertThat(refusals).as("forgotten until it is found again").containsExactly("conflict", "prune_conflict",
                "prune_conflict");
    }
}
