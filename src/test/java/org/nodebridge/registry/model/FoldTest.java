// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.model.ModelEvent.Kind;

class FoldTest {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final UUID LOW = UUID.fromString("00000000-0000-4000-8000-000000000001");
    private static final UUID HIGH = UUID.fromString("f0000000-0000-4000-8000-000000000001");

    @Test
    void takesTheHighestEpochThenTheLatestTimeThenTheHighestId() {
        ModelEvent second = event(Kind.INTRODUCED, 2L, NOON, LOW);

        assertThat(newest(event(Kind.INTRODUCED, 1L, NOON.plusSeconds(9), HIGH), second)).isEqualTo(second);
        assertThat(newest(second, event(Kind.INTRODUCED, 2L, NOON.minusSeconds(1), HIGH))).isEqualTo(second);
        assertThat(newest(event(Kind.INTRODUCED, 2L, NOON, HIGH), second).eventId()).isEqualTo(HIGH);
        assertThat(newest(second, event(Kind.INTRODUCED, null, NOON, HIGH)).epoch()).as("none is any").isNull();
    }

    @Test
    void aLateIntroductionDoesNotBringBackWhoHasLeft() {
        Fold fold = Fold.of(List.of(
                event(Kind.DEPARTED, null, NOON.plusSeconds(1), LOW), event(Kind.INTRODUCED, 1L, NOON, HIGH)));

        assertThat(fold.registered("node")).isEmpty();
        assertThat(fold.decisive("node")).isPresent();
    }

    @Test
    void knowsNobodyByHeartbeatsAlone() {
        Fold fold = Fold.of(List.of(event(Kind.HEARTBEAT, null, NOON, LOW)));

        assertThat(fold.nodeIds()).containsExactly("node");
        assertThat(fold.decisive("node")).isEmpty();
    }

    @Test
    void isTheSameInAnyOrderOfTheEvents() {
        List<ModelEvent> events = new EventStream(1, "fold", 50).until(NOON, 10_000);
        Fold inOrder = Fold.of(events);
        Random random = new Random(1);

        for (int i = 0; i < 20; i++) {
            List<ModelEvent> shuffled = new ArrayList<>(events);
            Collections.shuffle(shuffled, random);
            Fold fold = Fold.of(shuffled);
            assertThat(fold.nodeIds())
                    .allSatisfy(node -> assertThat(fold.decisive(node)).isEqualTo(inOrder.decisive(node)));
        }
    }

    @Test
    void hasTheSameOrderAsTheRegistry() {
        List<ModelEvent> events = new EventStream(2, "order", 5).until(NOON, 2_000);
        var byNode = events.stream().filter(ModelEvent::decides).collect(Collectors.groupingBy(ModelEvent::nodeId));
        Random random = new Random(2);

        byNode.values().forEach(ofOne -> {
            for (int i = 0; i < 1_000; i++) {
                ModelEvent a = ofOne.get(random.nextInt(ofOne.size()));
                ModelEvent b = ofOne.get(random.nextInt(ofOne.size()));
                assertThat(a.supersedes(b)).as("%s and %s", a, b).isEqualTo(version(a).supersedes(version(b)));
            }
        });
    }

    private static EventVersion version(ModelEvent event) {
        return new EventVersion(event.epoch(), event.time(), event.eventId());
    }

    private static ModelEvent newest(ModelEvent... events) {
        return Fold.of(List.of(events)).decisive("node").orElseThrow();
    }

    private static ModelEvent event(Kind kind, Long epoch, Instant time, UUID id) {
        return new ModelEvent(kind, "node", epoch, time, id, 0, ModelNode.INTROSPECTION, new byte[0]);
    }
}
