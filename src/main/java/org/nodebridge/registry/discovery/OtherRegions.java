// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import java.util.List;
import org.nodebridge.registry.discovery.DiscoveryView.Known;

/** The nodes of other regions, from memory. Safe from many threads. */
public interface OtherRegions {

    /** Whether all that is kept of them has been read since this replica started; none of it is known before. */
    boolean areRead();

    /** In the order in which callers are given their nodes: as configured, those that cannot be reached last. */
    List<OtherRegion> inOrder();

    /**
     * A region of which something is known.
     *
     * @param name as this registry calls it
     * @param state connected, behind or unreachable
     */
    record OtherRegion(String name, String state, Known known) {}
}
