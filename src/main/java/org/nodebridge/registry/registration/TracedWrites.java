// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.store.StoredEvent;
import org.nodebridge.registry.store.StoredEvents;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;
import org.nodebridge.registry.tracing.Step;
import org.nodebridge.registry.tracing.StepSpans;
import org.nodebridge.registry.tracing.TracedBatch;

/** The spans of the writes to both stores, and in their words what came of each. */
final class TracedWrites {

    private TracedWrites() {}

    /** Writes this thread's events to PostgreSQL. */
    static <E extends NodeEvent> StoredEvents toPostgres(
            List<E> events, Function<List<E>, StoredEvents> write) {
        TracedBatch traced = TracedBatch.current();
        if (traced == TracedBatch.NONE) {
            return write.apply(events);
        }
        List<String> nodeIds = events.stream()
                .filter(OfNode.class::isInstance)
                .map(event -> ((OfNode) event).nodeId())
                .distinct()
                .toList();
        StepSpans spans = traced.begin(Step.POSTGRESQL, nodeIds);
        try {
            StoredEvents stored = write.apply(events);
            spans.end(nodeId -> outcome(stored, nodeId));
            return stored;
        } catch (StoreUnavailableException e) {
            spans.end("unavailable");
            throw e;
        } catch (RuntimeException e) {
            spans.end("defect");
            throw e;
        }
    }

    private static String outcome(StoredEvents done, String nodeId) {
        if (nodeId == null) {
            return null; // each node has its own
        }
        StoredEvent event = done.stored().of(nodeId);
        if (event == null) {
            event = done.stored().renewed().get(nodeId);
        }
        if (event == null && done.refused().keySet().stream().anyMatch(refused -> refused.nodeId().equals(nodeId))) {
            return "refused";
        }
        return event == null ? "unknown" : event.outcome().wireName();
    }

    /** Follows what a batch has for Consul until all of it is known. */
    static void followToConsul(TracedBatch traced, int nodes, CompletionStage<CatalogOutcome> all) {
        StepSpans spans = traced.beginWhole(Step.CONSUL, nodes);
        if (spans != StepSpans.NONE) {
            all.thenAccept(outcome -> spans.end(nodeId -> worst(outcome)));
        }
    }

    /**
     * Begins a node's spans in one transaction to Consul.
     *
     * @param submissions which the node is in
     * @param nodes how many are written together
     */
    static StepSpans beginConsul(String nodeId, List<CatalogSubmission> submissions, int nodes) {
        StepSpans spans = StepSpans.NONE;
        for (CatalogSubmission submission : submissions) {
            if (submission.traced() != TracedBatch.NONE) {
                spans = spans.and(submission.traced().begin(Step.CONSUL, nodeId, nodes));
            }
        }
        return spans;
    }

    /** What became of a node's change in Consul. */
    static String outcome(CatalogOutcome outcome, String nodeId) {
        if (outcome.unavailable().contains(nodeId)) {
            return "unavailable";
        }
        return outcome.refused().containsKey(nodeId) ? "refused" : "applied";
    }

    private static String worst(CatalogOutcome outcome) {
        if (!outcome.unavailable().isEmpty()) {
            return "unavailable";
        }
        return outcome.refused().isEmpty() ? "applied" : "refused";
    }
}
