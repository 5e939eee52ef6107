// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.model;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.dialect.EnvelopeReader;
import org.nodebridge.registry.event.dialect.TopicKind;
import org.nodebridge.registry.model.ModelEvent.Kind;

class EventStreamTest {

    private static final Instant END = Instant.parse("2026-11-23T12:00:00Z");
    private static final List<ModelEvent> EVENTS = new EventStream(7, "stream", 50).until(END, 10_000);

    @Test
    void saysTheSameForTheSameSeed() {
        Stream<String> again = new EventStream(7, "stream", 50).until(END, 10_000).stream().map(ModelEvent::toString);

        assertThat(again).isEqualTo(EVENTS.stream().map(ModelEvent::toString).toList());
        assertThat(Scatter.of(EVENTS, 6, 3)).isEqualTo(Scatter.of(EVENTS, 6, 3));
    }

    @Test
    void isReadByTheRegistryAsWhatItIsMeantToBe() {
        EnvelopeReader reader = new EnvelopeReader(false, Duration.ofMinutes(5));

        assertThat(EVENTS).allSatisfy(event -> {
            TopicKind topic = event.kind() == Kind.HEARTBEAT ? TopicKind.HEARTBEAT : TopicKind.INTROSPECTION;
            NodeEvent read = reader.read(topic, event.value(), END, END);
            assertThat(read).isInstanceOf(OfNode.class);
            OfNode ofNode = (OfNode) read;
            assertThat(ofNode.nodeId()).isEqualTo(event.nodeId());
            assertThat(ofNode.version().epoch()).isEqualTo(event.epoch());
            assertThat(ofNode.version().eventTime()).isEqualTo(event.time());
            assertThat(ofNode.version().eventId()).isEqualTo(event.eventId());
            switch (event.kind()) {
                case INTRODUCED -> assertThat(((Introduced) read).node().nodeVersion())
                        .isEqualTo(event.contentVersion());
                case DEPARTED -> assertThat(read).isInstanceOf(Departed.class);
                default -> assertThat(read).isInstanceOf(NodeEvent.Heartbeat.class);
            }
        });
    }

    @Test
    void timesGrowWithEpochs() {
        Map<String, List<ModelEvent>> byNode = EVENTS.stream()
                .filter(event -> event.epoch() != null)
                .collect(groupingBy(ModelEvent::nodeId));

        byNode.values().forEach(ofOne -> {
            for (int i = 1; i < ofOne.size(); i++) {
                ModelEvent before = ofOne.get(i - 1);
                ModelEvent event = ofOne.get(i);
                assertThat(event.epoch()).isGreaterThanOrEqualTo(before.epoch());
                assertThat(event.time().isAfter(before.time()) || event.epoch().equals(before.epoch())).isTrue();
            }
        });
    }

    @Test
    void holdsEverythingThatMakesItHard() {
        Fold fold = Fold.of(EVENTS);

        assertThat(EVENTS.stream().map(ModelEvent::kind).collect(toSet())).hasSize(3);
        assertThat(EVENTS.stream().filter(event -> event.decides() && event.epoch() == null)).isNotEmpty();
        assertThat(fold.nodeIds()).hasSize(50);
        assertThat(fold.nodeIds().stream().filter(node -> fold.decisive(node).isEmpty())).as("unknown").hasSize(3);
        assertThat(fold.nodeIds().stream().filter(node -> fold.registered(node).isPresent())).hasSizeGreaterThan(20);
        assertThat(fold.nodeIds().stream()
                .filter(node -> fold.decisive(node).filter(event -> event.kind() == Kind.DEPARTED).isPresent()))
                .as("departed").hasSizeGreaterThan(2);
    }

    @Test
    void isScatteredOverAllPartitionsWithCopiesAndLatecomers() {
        List<Scatter> scattered = Scatter.of(EVENTS, 6, 3);
        Map<String, Set<Integer>> partitions = new java.util.HashMap<>();
        scattered.forEach(one -> partitions
                .computeIfAbsent(one.event().nodeId(), node -> new HashSet<>())
                .add(one.partition()));

        assertThat(scattered).hasSizeGreaterThan(10_500);
        assertThat(new HashSet<>(scattered.stream().map(Scatter::event).toList())).hasSize(10_000);
        assertThat(partitions.values()).allSatisfy(of -> assertThat(of).hasSize(6));
        Map<String, ModelEvent> latest = new java.util.HashMap<>();
        long introductionsAfterADeparture = 0;
        for (Scatter one : scattered) {
            ModelEvent known = latest.get(one.event().nodeId());
            if (one.event().kind() == Kind.INTRODUCED && known != null && known.kind() == Kind.DEPARTED
                    && known.supersedes(one.event())) {
                introductionsAfterADeparture++;
            }
            if (one.event().decides() && (known == null || one.event().supersedes(known))) {
                latest.put(one.event().nodeId(), one.event());
            }
        }
        assertThat(introductionsAfterADeparture).isGreaterThan(100);
    }
}
