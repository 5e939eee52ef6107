// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import org.nodebridge.registry.registration.CatalogQueue.Entry;
import org.nodebridge.registry.store.ToolRegistration;

/**
 * What is to be written of a row. One of which nothing can be made is a refusal of that row: it does not hold up
 * those it was read with.
 *
 * @param entry {@code null} where nothing can be made of the row
 * @param problem why; {@code null} where there is an entry
 */
record RowWrite(String nodeId, Long revision, Entry entry, String problem) {

    /** What Consul is to have by the row, and which state of it that is. */
    static RowWrite of(ToolRegistration row) {
        try {
            return of(new Entry(ConsulPublisher.change(row), row.revision()));
        } catch (RuntimeException e) {
            return new RowWrite(row.nodeId(), row.revision(), null, "the row cannot be read: " + e);
        }
    }

    static RowWrite of(Entry entry) {
        return new RowWrite(entry.nodeId(), entry.revision(), entry, null);
    }
}
