// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.concurrent.BatchProcessor;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.introspection.IntrospectionAnswersRepository.Introduction;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.EventsApplied;
import org.nodebridge.registry.store.StoredBatch;
import org.nodebridge.registry.store.jdbc.RefusedRows;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;

class IntrospectionAnswersTest {

    private final List<String> noted = new ArrayList<>();
    private final IntrospectionAnswers answers = new IntrospectionAnswers();

    @BeforeEach
    void open() {
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
    }

    @Test
    void notesAllOthersWhenPostgresRefusesOne() {
        answers.note(List.of(of("a"), of("refused"), of("b")));

        assertThat(noted).containsExactlyInAnyOrder("a", "(introspection)", "b");
    }

    /** The thread that applies events cannot wait. */
    @Test
    void losesAnswersThatComeWhileAsManyWaitAsMay() {
        List<Runnable> tasks = new ArrayList<>();
        answers.waiting = new BatchProcessor<>(tasks::add, 2, 10, answers::note);

        answers.notice(new EventsApplied(
                List.of(answer("a"), answer("b"), answer("c")), BatchResult.done(Map.of(), StoredBatch.NOTHING)));
        tasks.forEach(Runnable::run);

        assertThat(noted).containsExactly("a", "b");
    }

    private static Introduced answer(String nodeId) {
        NodeDescription node = new NodeDescription(
                nodeId, NodeType.EFFECT, null, JsonNodeFactory.instance.objectNode(), Map.of(),
                JsonNodeFactory.instance.objectNode(), null, null, null, null, null);
        return new Introduced(
                node, new EventVersion(0L, Instant.EPOCH, new UUID(0, 0)), Instant.EPOCH, new UUID(0, 1).toString(),
                Set.of());
    }

    private static Introduction of(String nodeId) {
        return new Introduction("correlation", nodeId, "effect");
    }
}
