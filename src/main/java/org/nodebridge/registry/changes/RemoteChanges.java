// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.util.List;
import org.nodebridge.registry.registration.api.OtherHomes.Published;

/**
 * The nodes of other regions and their changes. Its only implementation is in {@code region}, which nothing here may
 * depend on. Safe from many threads. Every method throws {@link org.nodebridge.registry.store.jdbc.StoreException} when
 * PostgreSQL cannot answer, and reads it in a transaction of its own.
 */
public interface RemoteChanges {

    /** The configured regions, in their order, as PostgreSQL knows them now. */
    List<RemoteRegion> regions();

    /**
     * Nodes of a region in the order of their last changes, each as it is now. None where the link is not the region's
     * any more.
     *
     * @param after the number of the change after which to begin
     * @param livingUpTo leaves out nodes that left by a change up to this number
     * @param limit the most nodes
     * @param bytes the most bytes; a single node may be longer
     */
    Page changed(String region, String linkId, long after, long livingUpTo, int limit, long bytes);

    /**
     * Nodes that a region has, in the order of their ids, and else as {@link #changed}.
     *
     * @param after the id after which to begin; {@code null} for the first
     */
    Page living(String region, String linkId, String after, int limit, long bytes);

    /**
     * A region.
     *
     * @param linkId another one after the region was forgotten; empty where nothing is known of it yet
     * @param state connected, behind or unreachable
     * @param lastSeq the number of the last change of its nodes; numbers have gaps
     * @param prunedSeq up to which nodes that left may have been removed, so that their changes are not sent any more
     */
    record RemoteRegion(String name, String linkId, String state, long lastSeq, long prunedSeq) {}

    /**
     * A node of a region.
     *
     * @param seq the number of its last change
     * @param nodeType {@code null} of one that has left
     * @param published {@code null} of one that has left
     */
    record RemoteNode(String nodeId, long seq, String nodeType, Published published) {}

    /** @param more whether others follow the last */
    record Page(List<RemoteNode> nodes, boolean more) {}
}
