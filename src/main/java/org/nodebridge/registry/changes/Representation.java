// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import org.nodebridge.registry.changes.RemoteChanges.RemoteNode;
import org.nodebridge.registry.store.ToolRegistration;

/**
 * What a client sees of rows and changes, as JSON on one line. Its only implementation is {@code WatchedRegistrations},
 * which knows how the interface shows things and which nothing may depend on.
 */
public interface Representation {

    /** A node of a snapshot. */
    String registration(ToolRegistration row);

    /**
     * The data of a change.
     *
     * @param row the node's, of that change or later; {@code null} when it is not there any more
     */
    String change(Change change, ToolRegistration row);

    /** A node of another region, or that it has left. */
    String remote(String region, RemoteNode node);
}
