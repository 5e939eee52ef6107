// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How often this replica has handed out which node in each of the last minutes. Bounded in nodes: those for which there
 * is no room are counted together. Safe from many threads. Times are of
 * {@link org.nodebridge.registry.discovery.MonotonicTime}.
 */
final class HandOuts {

    static final int MINUTES = 15;

    /** Of 700 bytes at most. */
    static final int MAX_NODES = 2_000;

    static final long MINUTE_MILLIS = Duration.ofMinutes(1).toMillis();

    private final Map<String, int[]> counts = new HashMap<>();
    private final int[] withoutRoom = new int[MINUTES];
    private long minute = Long.MIN_VALUE;

    /**
     * One node's.
     *
     * @param nodeId {@code null} for all for which there was no room
     * @param counts of each minute, the oldest first; the last is the one under way
     */
    record OfNode(String nodeId, int[] counts) {

        int total() {
            return Arrays.stream(counts).sum();
        }
    }

    synchronized void count(String nodeId, long now) {
        advance(now);
        int[] of = counts.get(nodeId);
        if (of == null) {
            of = counts.size() < MAX_NODES ? new int[MINUTES] : withoutRoom;
            if (of != withoutRoom) {
                counts.put(nodeId, of);
            }
        }
        of[place(minute)]++;
    }

    /** Those of all nodes that have any, and last of those for which there was no room. */
    synchronized List<OfNode> all(long now) {
        advance(now);
        List<OfNode> all = new ArrayList<>(counts.size() + 1);
        counts.forEach((nodeId, of) -> all.add(new OfNode(nodeId, inOrder(of))));
        all.add(new OfNode(null, inOrder(withoutRoom)));
        return all;
    }

    synchronized int size() {
        return counts.size();
    }

    private int[] inOrder(int[] of) {
        int[] ordered = new int[MINUTES];
        for (int i = 0; i < MINUTES; i++) {
            ordered[i] = of[place(minute - MINUTES + 1 + i)];
        }
        return ordered;
    }

    /** Forgets what is older than the last minutes. */
    private void advance(long now) {
        long current = Math.floorDiv(now, MINUTE_MILLIS);
        if (current <= minute) {
            return;
        }
        long first = Math.max(minute + 1, current - MINUTES + 1);
        for (long each = first; each <= current; each++) {
            int place = place(each);
            counts.values().forEach(of -> of[place] = 0);
            withoutRoom[place] = 0;
        }
        counts.values().removeIf(of -> Arrays.stream(of).allMatch(count -> count == 0));
        minute = current;
    }

    private static int place(long minute) {
        return Math.floorMod(minute, MINUTES);
    }
}
