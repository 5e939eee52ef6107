// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.tracing.TracedBatch;

/** Changes that were put into Consul's line at once, until something is known of all of them. Safe for many threads. */
final class CatalogSubmission {

    private final CompletableFuture<CatalogOutcome> whole = new CompletableFuture<>();
    private final Set<String> applied = new HashSet<>();
    private final Map<String, String> refused = new HashMap<>();
    private final Set<String> unavailable = new HashSet<>();
    private String reason;
    private final TracedBatch traced = TracedBatch.current();
    private int left;

    /** Of the batch that this thread writes, where that is traced. */
    CatalogSubmission(int nodes) {
        left = nodes;
        TracedWrites.followToConsul(traced, nodes, whole);
    }

    TracedBatch traced() {
        return traced;
    }

    /** Completes when the last of its nodes is {@link #done} or {@link #unavailable}. */
    CompletionStage<CatalogOutcome> outcome() {
        return whole;
    }

    void done(String nodeId, CatalogOutcome outcome) {
        if (outcome.unavailable().contains(nodeId)) {
            unavailable(List.of(nodeId), outcome.unavailableReason());
            return;
        }
        synchronized (this) {
            String refusal = outcome.refused().get(nodeId);
            if (refusal == null) {
                applied.add(nodeId);
            } else {
                refused.put(nodeId, refusal);
            }
            left--;
        }
        tellWhenComplete();
    }

    void unavailable(List<String> nodeIds, String why) {
        synchronized (this) {
            unavailable.addAll(nodeIds);
            reason = why;
            left -= nodeIds.size();
        }
        tellWhenComplete();
    }

    private void tellWhenComplete() {
        CatalogOutcome outcome;
        synchronized (this) {
            if (left > 0) {
                return;
            }
            outcome = new CatalogOutcome(applied, refused, unavailable, reason);
        }
        whole.complete(outcome);
    }
}
