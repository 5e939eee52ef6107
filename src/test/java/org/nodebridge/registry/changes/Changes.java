// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.List;
import java.util.stream.LongStream;

/** Changes of nodes of the type effect, as they are sent. */
final class Changes {

    private Changes() {}

    static List<StreamEvent> of(long first, long last) {
        return LongStream.rangeClosed(first, last).mapToObj(Changes::of).toList();
    }

    static StreamEvent of(long revision) {
        return of(revision, "effect");
    }

    static StreamEvent of(long revision, String nodeType) {
        return new StreamEvent("updated", revision, nodeType, "{\"revision\":" + revision + "}");
    }

    static List<Long> ids(List<StreamEvent> events) {
        return events.stream().map(StreamEvent::id).toList();
    }
}
