package org.nodebridge.registry.store;

/**
 * What PostgreSQL did with one event.
 *
 * @param epoch the node's epoch after it, or {@code null}
 * @param revision the row's revision after it; 0 when there is no row
 * @param owedToCatalog whether Consul has not yet confirmed that revision
 */
public record StoredEvent(String nodeId, Outcome outcome, Long epoch, long revision, boolean owedToCatalog) {}
