// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.conflict;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nodebridge.registry.conflict.NodeConflict.Evidence;
import org.nodebridge.registry.event.ContentHash;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;

/**
 * Finds nodes as which two live processes announce themselves. Remembers the starts of all nodes in a table of a fixed
 * size, the contents of the thousand nodes that last changed them, and the starts of the thousand that last went back
 * to an earlier one: some megabytes in all. Safe for many threads.
 */
final class ConflictDetector {

    private static final long LATEST_START = 0xffff_ffffL;

    private final StartTimes starts = new StartTimes();
    private final Map<String, Alternation<String>> contents = new Recent<>();
    private final Map<String, Starts> alternating = new Recent<>();

    /** An introspection event that has changed what the registry knows of its node. */
    synchronized Optional<NodeConflict> changed(Introduced event) {
        String hash = ContentHash.of(event.node(), ContentHash.VOLATILE_METADATA);
        Alternation<String> content = contents.computeIfAbsent(event.nodeId(), id -> new Alternation<>());
        return content.says(hash, NodeProcess.of(event.node()), event.receivedAt())
                ? Optional.of(conflict(event.nodeId(), event.receivedAt(), Evidence.CONTENT, content))
                : Optional.empty();
    }

    /** A heartbeat of a registered node. */
    synchronized Optional<NodeConflict> heard(Heartbeat event) {
        if (event.uptimeSeconds() == null) {
            return Optional.empty();
        }
        long start = event.version().eventTime().getEpochSecond() - Math.round(event.uptimeSeconds());
        if (start <= 0 || start > LATEST_START) {
            return Optional.empty(); // of a sender that says nonsense
        }
        long before = starts.before(event.nodeId(), start);
        if (before < 0) {
            return Optional.empty();
        }
        // a restart only goes forth, and so does each heartbeat of a sender whose uptime never changes
        Starts node = start < before
                ? alternating.computeIfAbsent(event.nodeId(), id -> new Starts())
                : alternating.get(event.nodeId());
        if (node == null) {
            return Optional.empty();
        }
        Alternation<Long> times = node.times;
        times.says(node.rounded(before), NodeProcess.startedAt(before), event.receivedAt());
        return times.says(node.rounded(start), NodeProcess.startedAt(start), event.receivedAt())
                ? Optional.of(conflict(event.nodeId(), event.receivedAt(), Evidence.START, times))
                : Optional.empty();
    }

    private static NodeConflict conflict(String nodeId, Instant now, Evidence evidence, Alternation<?> of) {
        return new NodeConflict(nodeId, now, now, evidence, List.copyOf(of.processes()));
    }

    /** By node, of those that were last looked for. */
    private static final class Recent<V> extends LinkedHashMap<String, V> {

        private static final long serialVersionUID = 1L;
        private static final int MOST = 1_000;

        Recent() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > MOST;
        }
    }

    private static final class Starts {

        private final Alternation<Long> times = new Alternation<>();
        private final long[] known = new long[4];
        private int next;

        /** The first start that was like this one, so that rounding tells no two apart. */
        long rounded(long start) {
            for (long each : known) {
                if (Math.abs(each - start) <= StartTimes.TOLERANCE_SECONDS) {
                    return each;
                }
            }
            known[next] = start;
            next = (next + 1) % known.length;
            return start;
        }
    }
}
