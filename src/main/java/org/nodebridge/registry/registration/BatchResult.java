// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.store.StoredBatch;

/**
 * What became of a batch of events.
 *
 * @param committed whether every event's effect, or a newer one's, is committed in PostgreSQL or refused for good;
 *     only then may offsets be committed
 * @param refused reasons of the events whose data PostgreSQL will never take: dead letters. Its keys are the events
 *     that were given, by identity: of several with one event id it may refuse one
 * @param stored what PostgreSQL did, of each node with its newest event; nothing when it is not committed
 * @param obstacle why it is not committed, for a person; {@code null} when it is
 * @param published completes when it is known and noted what Consul did with the writes of the batch; never
 *     exceptionally
 */
public record BatchResult(
        boolean committed, Map<OfNode, String> refused, StoredBatch stored, String obstacle,
        CompletionStage<CatalogOutcome> published) {

    /** A batch that Consul need not hear of. */
    public static BatchResult done(Map<OfNode, String> refused, StoredBatch stored) {
        return done(refused, stored, CompletableFuture.completedFuture(CatalogOutcome.NOTHING));
    }

    static BatchResult done(Map<OfNode, String> refused, StoredBatch stored,
            CompletionStage<CatalogOutcome> published) {
        return new BatchResult(true, refused, stored, null, published);
    }

    /** A batch of which nothing, or not all, is committed. */
    public static BatchResult notDone(String obstacle) {
        return new BatchResult(
                false, Map.of(), StoredBatch.NOTHING, obstacle,
                CompletableFuture.completedFuture(CatalogOutcome.NOTHING));
    }

    /** Waits for Consul; what it has not when time is up is written to it later, and no node is named then. */
    public CatalogOutcome awaitPublished() {
        return CatalogWait.outcome(published, Set.of());
    }
}
