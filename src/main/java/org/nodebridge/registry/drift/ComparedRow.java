// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.time.Instant;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.ExpectedCheck;
import org.nodebridge.registry.catalog.ServiceCatalog;

/**
 * As much of a row as is kept while all of them are compared.
 *
 * @param digest of what Consul is to show; {@code null} when it is to show nothing
 * @param check what the entry's check is to be; {@code null} when it is to show nothing
 * @param sidecar the same two of the node's sidecar proxy; {@code null} when Consul is to show none
 * @param confirmed whether Consul has confirmed this revision; otherwise the write is pending
 * @param updatedAt since when the write is pending, if it is
 * @param refusal why Consul, or nobody, can take the row; {@code null} where nothing is known against it
 */
public record ComparedRow(
        String nodeId, EntryDigest digest, ExpectedCheck check, Sidecar sidecar, long revision, boolean confirmed,
        Instant updatedAt, String refusal) {

    /** As much as is kept of what Consul is to show of a sidecar proxy. */
    record Sidecar(EntryDigest digest, ExpectedCheck check) {

        static Sidecar of(ComparedNode.Sidecar sidecar) {
            return sidecar == null ? null : new Sidecar(EntryDigest.of(sidecar.entry()), sidecar.check());
        }
    }

    public static ComparedRow of(ComparedNode node) {
        return new ComparedRow(
                node.nodeId(), EntryDigest.of(node), node.check(), Sidecar.of(node.sidecar()), node.revision(),
                node.confirmed(), node.updatedAt(), node.refusal());
    }

    /** Whether Consul is to show the node. */
    public boolean discoverable() {
        return digest != null;
    }

    /**
     * Whether it is pending for Consul, or cannot be written there, so that it says nothing of what should be there
     * now.
     */
    public boolean pending() {
        return !withoutSidecar() && (!confirmed || refusal != null);
    }

    /** Whether an entry of the node, or of its sidecar proxy, is what it is to be. */
    boolean shows(CatalogInstance entry) {
        return entry.sidecar()
                ? sidecar != null && EntryDigest.of(entry, sidecar.check).equals(sidecar.digest)
                : discoverable() && EntryDigest.of(entry, check).equals(digest);
    }

    /** Whether Consul has the node's own entry and will not, or may not, have that of its sidecar proxy. */
    public boolean withoutSidecar() {
        return refusal != null && refusal.startsWith(ServiceCatalog.SIDECAR);
    }

    /** Whether it is kept out of Consul only because the entry was another installation's. */
    public boolean refusedForForeign() {
        return refusal != null && refusal.startsWith(ServiceCatalog.FOREIGN);
    }

    /** Whether it is still what it was, and no write of it is under way. */
    public boolean sameAs(ComparedRow earlier) {
        return (confirmed || refusedForForeign() || withoutSidecar()) && revision == earlier.revision;
    }
}
