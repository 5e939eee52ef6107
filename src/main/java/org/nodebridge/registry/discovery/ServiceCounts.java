// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.discovery.DiscoveryView.Known;
import org.nodebridge.registry.discovery.OtherRegions.OtherRegion;
import org.nodebridge.registry.discovery.ServicesView.OfRegion;
import org.nodebridge.registry.discovery.ServicesView.Service;

/** What {@link ServicesView} counts, once for each table of the view. Safe for many threads. */
@ApplicationScoped
class ServiceCounts {

    private static final String OWN = "";

    private final Map<String, Counted> counts = new HashMap<>();

    ServicesView of(Known known) {
        return new ServicesView(known.asOf(), known.ageMillis(), counted(OWN, known.table()), null);
    }

    /** The same with the nodes of other regions. */
    ServicesView of(Known known, List<OtherRegion> regions) {
        return of(known).with(regions.stream()
                .map(region -> new OfRegion(
                        region.name(), region.state(), counted(region.name(), region.known().table())))
                .toList());
    }

    /** A caller that comes while it is counted waits for it: all nodes are gone through, and not once for each. */
    @SuppressWarnings("ReferenceEquality") // a table never changes
    private synchronized List<Service> counted(String region, NodeTable table) {
        Counted kept = counts.get(region);
        if (kept == null || kept.table() != table) {
            kept = new Counted(table, ServicesView.count(table));
            counts.put(region, kept);
        }
        return kept.services();
    }

    private record Counted(NodeTable table, List<Service> services) {}
}
