// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.time.Instant;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.ExpectedCheck;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.registration.ConsulPublisher;
import org.nodebridge.registry.store.ToolRegistration;

/**
 * A row with all that Consul is to show of it, for the time of looking at it; {@link ComparedRow} is what is kept.
 *
 * @param entry what Consul is to show; {@code null} when it is to show nothing
 * @param check what the entry's check is to be; {@code null} without an entry
 * @param sidecar what Consul is to show of the node's sidecar proxy; {@code null} when that is nothing
 * @param confirmed whether Consul has confirmed this revision; otherwise the write is pending
 * @param updatedAt since when the write is pending, if it is
 * @param refusal why Consul, or nobody, can take the row; {@code null} where nothing is known against it
 */
public record ComparedNode(
        String nodeId, ServiceEntry entry, ExpectedCheck check, Sidecar sidecar, long revision, boolean confirmed,
        Instant updatedAt, String refusal) {

    /** The entry of a sidecar proxy, and what its check is to be. */
    public record Sidecar(ServiceEntry entry, ExpectedCheck check) {}

    /** A node without a sidecar proxy. */
    public ComparedNode(
            String nodeId, ServiceEntry entry, ExpectedCheck check, long revision, boolean confirmed, Instant updatedAt,
            String refusal) {
        this(nodeId, entry, check, null, revision, confirmed, updatedAt, refusal);
    }

    public static ComparedNode of(ToolRegistration row, ServiceCatalog catalog) {
        ServiceEntry entry = null;
        ExpectedCheck check = null;
        Sidecar sidecar = null;
        String refusal = row.catalogError();
        try {
            if (ConsulPublisher.change(row) instanceof CatalogChange.Register change) {
                entry = catalog.entry(change);
                check = catalog.expectedCheck(entry, change.check());
                sidecar = catalog.sidecar(change, entry)
                        .map(proxy -> new Sidecar(proxy, catalog.expectedCheck(proxy, change.check())))
                        .orElse(null);
            }
        } catch (RuntimeException e) {
            // a row that another program wrote: it must not hold up the comparison of all others
            refusal = "the row cannot be read: " + e.getMessage();
        }
        return new ComparedNode(
                row.nodeId(), entry, check, sidecar, row.revision(), row.catalogCurrent(), row.updatedAt().instant(),
                refusal);
    }

    /** Whether Consul is to show the node. */
    public boolean discoverable() {
        return entry != null;
    }
}
