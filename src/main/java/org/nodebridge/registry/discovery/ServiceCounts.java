// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.nodebridge.registry.discovery.DiscoveryView.Known;

/** What {@link ServicesView} counts, once for each table of the view. Safe for many threads. */
@ApplicationScoped
class ServiceCounts {

    private NodeTable countedOf;
    private List<ServicesView.Service> counted;

    /** A caller that comes while it is counted waits for it: all nodes are gone through, and not once for each. */
    @SuppressWarnings("ReferenceEquality") // a table never changes
    synchronized ServicesView of(Known known) {
        if (counted == null || countedOf != known.table()) {
            counted = ServicesView.count(known.table());
            countedOf = known.table();
        }
        return new ServicesView(known.asOf(), known.ageMillis(), counted, null);
    }
}
