// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nodebridge.registry.catalog.CatalogChange.Deregister;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.CatalogQueue.Entry;
import org.nodebridge.registry.store.ForgottenNodesRepository;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forgets a node completely: its row or tombstone, its owner and its entry in Consul, so that its next introspection
 * event is that of a new node, regardless of its earlier ones. Not to be called in a transaction. Safe for many
 * threads.
 */
@ApplicationScoped
public class NodeForgetting {

    private static final Logger LOG = LoggerFactory.getLogger(NodeForgetting.class);

    @Inject
    private ForgottenNodesRepository store;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private PendingWrites pendingWrites;

    @Inject
    private ConsulPublisher catalog;

    @Inject
    private OutagePublisher writeAhead;

    @Inject
    private RegistryMetrics metrics;

    /**
     * Forgets the node. Waits for both stores; an entry that Consul cannot remove now has no row, and the next
     * comparison removes it.
     *
     * @param actor who asks for it
     * @param correlationId of the request; {@code null} for none
     * @return empty when nothing is known of the node
     * @throws org.nodebridge.registry.store.jdbc.StoreUnavailableException when PostgreSQL is unavailable; nothing is
     *     done
     */
    public Optional<RegistrationResult> forget(String nodeId, String actor, String correlationId) {
        ResultBuilder stopwatch = new ResultBuilder(metrics, nodeId, Outcome.FORGOTTEN);
        if (!store.forget(nodeId, actor, correlationId)) {
            return Optional.empty();
        }
        LOG.atInfo().addKeyValue("node", nodeId).addKeyValue("by", actor).log("A node has been forgotten");
        writeAhead.take(Set.of(nodeId));
        CatalogOutcome written = CatalogWait.outcome(
                catalog.put(List.of(new Entry(new Deregister(nodeId), null))), List.of(nodeId));
        if (!registrations.known(List.of(nodeId)).isEmpty()) {
            // it has come back meanwhile, and may have lost its entry to us
            pendingWrites.markPending(Set.of(nodeId));
            catalog.apply(List.of(nodeId));
        }
        return Optional.of(stopwatch.stored(
                Outcome.FORGOTTEN, written.applied().contains(nodeId), written.reasonFor(nodeId)));
    }
}
