// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/**
 * What happens on the event loop, counted without the container: metrics are the container's, which takes these over.
 * Safe for many threads.
 */
final class MeshStats {

    private static final int MAX_NACKS = 50;

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> pushes = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final Deque<MeshNack> nacks = new ArrayDeque<>();

    /** An answer has been sent. */
    void push(ResourceType type) {
        add(pushes, type.wireName());
    }

    void nack(ResourceType type, MeshNack nack) {
        add(refused, type.wireName());
        synchronized (nacks) {
            nacks.addFirst(nack);
            if (nacks.size() > MAX_NACKS) {
                nacks.removeLast();
            }
        }
    }

    /** Something that a stream met or ended by. */
    void count(String event) {
        add(counts, event);
    }

    /** The last ones, also of clients that have gone; the newest first. */
    List<MeshNack> nacks() {
        synchronized (nacks) {
            return new ArrayList<>(nacks);
        }
    }

    void takePushes(ObjLongConsumer<String> to) {
        take(pushes, to);
    }

    void takeNacks(ObjLongConsumer<String> to) {
        take(refused, to);
    }

    void takeEvents(ObjLongConsumer<String> to) {
        take(counts, to);
    }

    private static void add(Map<String, LongAdder> to, String key) {
        to.computeIfAbsent(key, each -> new LongAdder()).increment();
    }

    private static void take(Map<String, LongAdder> from, ObjLongConsumer<String> to) {
        new TreeMap<>(from).forEach((key, adder) -> {
            long count = adder.sumThenReset();
            if (count > 0) {
                to.accept(key, count);
            }
        });
    }
}
