// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.introspection.IntrospectionAnswersRepository.Introduction;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.jdbc.RefusedRows;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;

class IntrospectionAnswersTest {

    @Test
    void notesAllOthersWhenPostgresRefusesOne() {
        List<String> noted = new ArrayList<>();
        IntrospectionAnswers answers = new IntrospectionAnswers();
        answers.refused = new RefusedRows(new RegistryMetrics(null) {

            @Override
            public void refusedRow(String event) {
                noted.add("(" + event + ")");
            }
        });
        answers.repository = new IntrospectionAnswersRepository() {

            @Override
            public void note(List<Introduction> introductions) {
                if (introductions.stream().anyMatch(each -> each.nodeId().equals("refused"))) {
                    throw new StoreRefusedException("not this one", null);
                }
                introductions.forEach(each -> noted.add(each.nodeId()));
            }
        };

        answers.note(List.of(List.of(of("a"), of("refused")), List.of(of("b"))));

        assertThat(noted).containsExactlyInAnyOrder("a", "(introspection)", "b");
    }

    private static Introduction of(String nodeId) {
        return new Introduction("correlation", nodeId, "effect");
    }
}
