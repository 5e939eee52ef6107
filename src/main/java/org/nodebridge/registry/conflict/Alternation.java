// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.conflict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The last few values of something that a node says, and how often it has returned to one that it had left. A restart
 * or a new release changes it for good; a roll-back returns once. Twice within minutes it is two processes, unless all
 * of it comes of one by its endpoints and instance id, which switches something on and off. Of one thread.
 *
 * @param <K> the value
 */
final class Alternation<K> {

    static final int RETURNS = 2;

    /** Returns that are further apart are as many roll-backs. */
    static final Duration WINDOW = Duration.ofMinutes(10);

    private static final int REMEMBERED = 4;

    private final List<Value<K>> recent = new ArrayList<>(REMEMBERED);
    private int returns;
    private Instant returnedAt = Instant.MIN;

    /**
     * Takes what the node says now.
     *
     * @return whether it is one of two processes that says so
     */
    boolean says(K value, NodeProcess process, Instant now) {
        if (!recent.isEmpty() && recent.get(0).value().equals(value)) {
            return false;
        }
        boolean another = !recent.isEmpty() && !recent.get(0).process().equals(process);
        boolean left = recent.removeIf(each -> each.value().equals(value));
        recent.add(0, new Value<>(value, process));
        if (recent.size() > REMEMBERED) {
            recent.remove(REMEMBERED);
        }
        if (!left || !another) {
            return false;
        }
        returns = returnedAt.isBefore(now.minus(WINDOW)) ? 1 : Math.min(RETURNS, returns + 1);
        returnedAt = now;
        return returns == RETURNS;
    }

    /** What says each of the remembered values, the newest first. */
    List<NodeProcess> processes() {
        return recent.stream().map(Value::process).toList();
    }

    private record Value<K>(K value, NodeProcess process) {}
}
