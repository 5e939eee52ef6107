package org.nodebridge.registry.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Set;
import org.nodebridge.registry.event.Leniency;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.metrics.RegistryMetrics;

/** Looks into events where their kind matters little, and counts what no store gets to see. */
@ApplicationScoped
class EventCounts {

    @Inject
    private RegistryMetrics metrics;

    /** Counts how leniently an event was read. */
    void read(NodeEvent event) {
        leniencies(event).forEach(leniency -> metrics.leniency(leniency.label()));
    }

    /** Counts an event that no store was asked about, once it is done with. */
    void done(NodeEvent event) {
        if (event instanceof Ignored) {
            metrics.events("ignored", "ignored", 1);
        } else if (event instanceof Unreadable) {
            metrics.events("unreadable", "dead_lettered", 1);
        }
    }

    private static Set<Leniency> leniencies(NodeEvent event) {
        if (event instanceof Introduced introduced) {
            return introduced.leniencies();
        } else if (event instanceof Heartbeat heartbeat) {
            return heartbeat.leniencies();
        }
        return event instanceof Departed departed ? departed.leniencies() : Set.of();
    }

    /** The node an event is about; empty for an event about none. */
    static String nodeId(NodeEvent event) {
        if (event instanceof Introduced introduced) {
            return introduced.node().nodeId();
        } else if (event instanceof Heartbeat heartbeat) {
            return heartbeat.nodeId();
        } else if (event instanceof Departed departed) {
            return departed.nodeId();
        }
        return "";
    }

    static String correlationId(NodeEvent event) {
        if (event instanceof Introduced introduced) {
            return introduced.correlationId();
        } else if (event instanceof Heartbeat heartbeat) {
            return heartbeat.correlationId();
        } else if (event instanceof Departed departed) {
            return departed.correlationId();
        }
        return event instanceof Unreadable unreadable ? unreadable.correlationId() : null;
    }
}
