// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/**
 * A stretch of a partition.
 *
 * @param from its first offset
 * @param to the offset after its last; no less than {@code from}
 */
public record OffsetRange(long from, long to) {

    public OffsetRange {
        to = Math.max(from, to);
    }

    /** Stretches that hold these offsets, those that are near each other in one: seeking costs more than reading. */
    public static List<OffsetRange> around(Collection<Long> offsets, int near) {
        List<OffsetRange> spans = new ArrayList<>();
        for (long offset : new TreeSet<>(offsets)) {
            OffsetRange last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
            if (last != null && offset - last.to() < near) {
                spans.set(spans.size() - 1, new OffsetRange(last.from(), offset + 1));
            } else {
                spans.add(new OffsetRange(offset, offset + 1));
            }
        }
        return spans;
    }

    public long length() {
        return to - from;
    }
}
