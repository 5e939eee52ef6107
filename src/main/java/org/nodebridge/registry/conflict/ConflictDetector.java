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
 * size, and of the thousand nodes that last changed what they were: some two megabytes in all. Safe for many threads.
 */
final class ConflictDetector {

    private static final int MAX_CHANGED = 1_000;

    private final StartTimes starts = new StartTimes();
    private final Map<String, Changed> changed = new LinkedHashMap<>(16, 0.75f, true) {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Changed> eldest) {
            return size() > MAX_CHANGED;
        }
    };

    /** An introduction that has changed what the registry knows of its node. */
    synchronized Optional<NodeConflict> changed(Introduced event) {
        String hash = ContentHash.of(event.node(), ContentHash.VOLATILE_METADATA);
        Alternation<String> content = of(event.nodeId()).content;
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
        long before = starts.before(event.nodeId(), start);
        if (before < 0) {
            return Optional.empty();
        }
        Changed node = of(event.nodeId());
        Alternation<Long> times = node.starts;
        times.says(node.rounded(before), NodeProcess.startedAt(before), event.receivedAt());
        return times.says(node.rounded(start), NodeProcess.startedAt(start), event.receivedAt())
                ? Optional.of(conflict(event.nodeId(), event.receivedAt(), Evidence.START, times))
                : Optional.empty();
    }

    private Changed of(String nodeId) {
        return changed.computeIfAbsent(nodeId, id -> new Changed());
    }

    private static NodeConflict conflict(String nodeId, Instant now, Evidence evidence, Alternation<?> of) {
        return new NodeConflict(nodeId, now, now, evidence, List.copyOf(of.processes()));
    }

    private static final class Changed {

        private final Alternation<String> content = new Alternation<>();
        private final Alternation<Long> starts = new Alternation<>();
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
