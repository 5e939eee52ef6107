// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

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
record Span(long from, long to) {

    Span {
        to = Math.max(from, to);
    }

    /** Stretches that hold these offsets, those that are near each other in one: seeking costs more than reading. */
    static List<Span> around(Collection<Long> offsets, int near) {
        List<Span> spans = new ArrayList<>();
        for (long offset : new TreeSet<>(offsets)) {
            Span last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
            if (last != null && offset - last.to() < near) {
                spans.set(spans.size() - 1, new Span(last.from(), offset + 1));
            } else {
                spans.add(new Span(offset, offset + 1));
            }
        }
        return spans;
    }

    long length() {
        return to - from;
    }
}
