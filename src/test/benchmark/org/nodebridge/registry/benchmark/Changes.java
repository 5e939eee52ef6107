// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.nodebridge.registry.benchmark.Feed.Said;

/** Introductions that each change their node, taken in turn from so many, until both stores have all of them. */
final class Changes {

    /** No two changes of a run are the same, whichever row makes them. */
    private static final AtomicLong CHANGE = new AtomicLong();

    /** More than a few batches, and what is drained in a second or two. */
    private static final int OUTSTANDING = 5_000;

    private static final NodeText TEXT = new NodeText("effect");

    private Changes() {}

    static Throughput during(Installation registry, int nodes, Duration length) {
        return during(registry, nodes, OUTSTANDING, length);
    }

    /** The same with never more than so many under way, nor two of one node, of which one would be work saved. */
    static Throughput during(Installation registry, int nodes, int outstanding, Duration length) {
        try (Feed feed = registry.feed()) {
            return settled(registry, feed.introductions(length, Math.min(nodes, outstanding), ofNodes(nodes, 0)));
        }
    }

    /** Registers the first so many nodes where they are not registered yet. */
    static void ensure(Installation registry, int nodes) throws SQLException {
        if (registry.number("SELECT count(*) FROM tool_registrations WHERE tool_id LIKE 'node-%'") < nodes) {
            register(registry, 0, nodes);
        }
    }

    /** Registers the nodes from the first number to before the last, once each. */
    static Throughput register(Installation registry, int first, int last) {
        try (Feed feed = registry.feed()) {
            return settled(registry, feed.introductions(last - first, OUTSTANDING, ofNodes(last - first, first)));
        }
    }

    private static LongFunction<Said> ofNodes(int nodes, int first) {
        return number -> {
            long node = first + number % nodes;
            return new Said(node, TEXT.introduction(
                    Introductions.nodeId(node), CHANGE.incrementAndGet(), Instant.now()));
        };
    }

    /** PostgreSQL has it once the offset is committed; the write to Consul may be pending. */
    private static Throughput settled(Installation registry, Throughput committed) {
        long start = System.nanoTime();
        registry.awaitNothingPending();
        return committed.plus(System.nanoTime() - start);
    }
}
