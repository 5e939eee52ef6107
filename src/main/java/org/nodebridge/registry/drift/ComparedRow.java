// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.time.Instant;
import org.nodebridge.registry.catalog.ExpectedCheck;
import org.nodebridge.registry.catalog.ServiceCatalog;

/**
 * As much of a row as is kept while all of them are compared.
 *
 * @param digest of what Consul is to show; {@code null} when it is to show nothing
 * @param check what the entry's check is to be; {@code null} when it is to show nothing
 * @param confirmed whether Consul has confirmed this revision; otherwise the write is pending
 * @param updatedAt since when the write is pending, if it is
 * @param refusal why Consul, or nobody, can take the row; {@code null} where nothing is known against it
 */
public record ComparedRow(
        String nodeId, EntryDigest digest, ExpectedCheck check, long revision, boolean confirmed, Instant updatedAt,
        String refusal) {

    public static ComparedRow of(ComparedNode node) {
        return new ComparedRow(
                node.nodeId(), EntryDigest.of(node), node.check(), node.revision(),
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
        return !confirmed || refusal != null;
    }

    /** Whether it is kept out of Consul only because the entry was another installation's. */
    public boolean refusedForForeign() {
        return refusal != null && refusal.startsWith(ServiceCatalog.FOREIGN);
    }

    /** Whether it is still what it was, and no write of it is under way. */
    public boolean sameAs(ComparedRow earlier) {
        return (confirmed || refusedForForeign()) && revision == earlier.revision;
    }
}
