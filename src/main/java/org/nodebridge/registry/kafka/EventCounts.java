// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.metrics.RegistryMetrics;

/** Counts what no store gets to see of the events. */
@ApplicationScoped
class EventCounts {

    @Inject
    private RegistryMetrics metrics;

    /** Counts how leniently an event was read. */
    void read(NodeEvent event) {
        if (event instanceof OfNode ofNode) {
            ofNode.leniencies().forEach(leniency -> metrics.leniency(leniency.label()));
        }
    }

    /** Counts an event that no store was asked about, once it is done with. */
    void done(NodeEvent event) {
        if (event instanceof Ignored) {
            metrics.events("ignored", "ignored", 1);
        } else if (event instanceof Unreadable) {
            metrics.events("unreadable", "dead_lettered", 1);
        } else if (event instanceof Unidentified) {
            metrics.events("unidentified", "dead_lettered", 1);
        } else if (event instanceof Defect) {
            metrics.events("defect", "dead_lettered", 1);
        }
    }
}
