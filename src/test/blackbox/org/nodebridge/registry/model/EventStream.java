// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.model;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What some nodes say one after the other, always the same for the same seed: they introduce themselves, again with the
 * same content and with another, restart, send heartbeats and leave. For one thread.
 */
public final class EventStream {

    private final Random random;
    private final List<ModelNode> nodes;
    private final Map<ModelNode, Instant> said = new HashMap<>();

    /** @param prefix of the nodes' ids */
    public EventStream(long seed, String prefix, int nodes) {
        this.random = new Random(seed);
        this.nodes = IntStream.range(0, nodes).mapToObj(number -> new ModelNode(prefix, number, random)).toList();
    }

    /** So many events, the last of them at the given time and the others in the hour before. */
    public List<ModelEvent> until(Instant end, int count) {
        Duration step = Duration.ofHours(1).dividedBy(count);
        List<ModelEvent> events = new ArrayList<>();
        for (int left = count - 1; left >= 0; left--) {
            events.add(next(end.minus(step.multipliedBy(left))));
        }
        return events;
    }

    /** What one of the nodes says at that time, or as soon after it as its own order allows. */
    public ModelEvent next(Instant time) {
        int which = random.nextInt(nodes.size());
        ModelNode node = nodes.get(which);
        int act = random.nextInt(100);
        Instant last = said.getOrDefault(node, Instant.EPOCH);
        // never two events of one time: Kafka's positions would put them in order, and here no event has one
        Instant at = later(time.truncatedTo(ChronoUnit.MICROS), last);
        said.put(node, at);
        // every sixteenth node is only ever heard by its heartbeats: it must stay unknown
        if (act < 25 || which % 16 == 15) {
            return node.heartbeat(at);
        }
        if (act < 40) {
            return node.departure(at);
        }
        if (act < 55) {
            node.restart();
        } else if (act < 80) {
            node.change();
        }
        return node.introduction(at);
    }

    private static Instant later(Instant time, Instant last) {
        return time.isAfter(last) ? time : last.plus(1, ChronoUnit.MICROS);
    }
}
