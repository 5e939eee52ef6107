// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.config.RetentionSettings;
import org.nodebridge.registry.idempotency.IdempotencyRepository;
import org.nodebridge.registry.introspection.IntrospectionAnswersRepository;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.jdbc.RefusedRows;

class HistoryPruningTest {

    private static final RetentionSettings SETTINGS =
            new RetentionSettings(Duration.ofDays(30), Duration.ofDays(7), Duration.ofDays(1), 60,
                    Duration.ofMinutes(1));

    private final List<String> pruned = new ArrayList<>();
    private String failing = "";
    private final HistoryPruning pruning = pruning();

    @ParameterizedTest
    @ValueSource(strings = {"changes", "tombstones", "answers", "introspections"})
    void prunesEachTableThoughAnotherCannotBe(String broken) {
        failing = broken;

        assertThatThrownBy(() -> pruning.prune(SETTINGS)).isInstanceOf(IllegalStateException.class).hasMessage(broken);

        List<String> others = new ArrayList<>(List.of("changes", "tombstones", "answers", "introspections"));
        others.remove(broken);
        assertThat(pruned).containsExactlyElementsOf(others);
    }

    private <T> T done(String table, T result) {
        if (table.equals(failing)) {
            throw new IllegalStateException(table);
        }
        pruned.add(table);
        return result;
    }

    private HistoryPruning pruning() {
        HistoryPruning made = new HistoryPruning();
        made.refused = new RefusedRows(new RegistryMetrics(null));
        made.refusedChanges = new RefusedRows(new RegistryMetrics(null));
        made.repository = new RetentionRepository() {
            @Override
            public List<String> historyDue(Duration age, Collection<String> without, int most) {
                return List.of("17");
            }

            @Override
            public List<String> pruneHistory(Collection<String> revisions) {
                return done("changes", List.copyOf(revisions));
            }

            @Override
            public List<String> tombstonesDue(Duration age, Collection<String> without, int most) {
                return List.of("a");
            }

            @Override
            public List<String> pruneTombstones(Duration age, Collection<String> nodeIds) {
                return done("tombstones", List.copyOf(nodeIds));
            }
        };
        made.idempotency = new IdempotencyRepository() {
            @Override
            public int prune(Duration age, int most) {
                return done("answers", 1);
            }
        };
        made.introspections = new IntrospectionAnswersRepository() {
            @Override
            public int prune() {
                return done("introspections", 1);
            }
        };
        return made;
    }
}
