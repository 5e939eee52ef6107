// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.nodebridge.registry.store.jdbc.StoreRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows that PostgreSQL refuses to change, such as those that break a rule that somebody else has added to the table.
 * They stay as they are, are named in the log, are tried every ten seconds, and hold up no other: a statement that is
 * refused is done again by halves. Of one thread.
 */
final class RefusedRows {

    private static final Logger LOG = LoggerFactory.getLogger(RefusedRows.class);

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** All are forgotten when there are more: rather tried too often than never. */
    private static final int MAX_KEPT = 10_000;

    private final Map<String, Long> refusedAt = new HashMap<>();

    /** Whether PostgreSQL has refused the node's row within ten seconds. */
    boolean lately(String nodeId) {
        Long at = refusedAt.get(nodeId);
        return at != null && System.nanoTime() - at < RETRY_NANOS;
    }

    /** What the changes give together, each of which is a transaction of its own. */
    <T> List<String> without(List<T> rows, Function<List<T>, List<String>> change) {
        try {
            return change.apply(rows);
        } catch (StoreRefusedException e) {
            if (rows.size() == 1) {
                tell(rows.get(0), e);
                return List.of();
            }
            List<String> changed = new ArrayList<>(without(rows.subList(0, rows.size() / 2), change));
            changed.addAll(without(rows.subList(rows.size() / 2, rows.size()), change));
            return changed;
        }
    }

    private void tell(Object row, StoreRefusedException refusal) {
        String node = row instanceof ProbeOutcome outcome ? outcome.nodeId() : row.toString();
        if (refusedAt.size() >= MAX_KEPT) {
            refusedAt.clear();
        }
        if (refusedAt.put(node, System.nanoTime()) == null) {
            LOG.atWarn().addKeyValue("node", node).addKeyValue("reason", refusal.getMessage())
                    .log("PostgreSQL refuses to change the state of a node; it keeps the one it has");
        }
    }
}
