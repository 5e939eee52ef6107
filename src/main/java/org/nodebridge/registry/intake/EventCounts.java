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

/** Counts what was read, and looks into events where their kind matters little. */
@ApplicationScoped
class EventCounts {

    @Inject
    private RegistryMetrics metrics;

    void count(NodeEvent event) {
        Set<Leniency> leniencies = Set.of();
        if (event instanceof Introduced introduced) {
            metrics.events("introduced", "read", 1);
            leniencies = introduced.leniencies();
        } else if (event instanceof Heartbeat heartbeat) {
            metrics.events("heartbeat", "read", 1);
            leniencies = heartbeat.leniencies();
        } else if (event instanceof Departed departed) {
            metrics.events("departed", "read", 1);
            leniencies = departed.leniencies();
        } else if (event instanceof Ignored) {
            metrics.events("ignored", "ignored", 1);
        } else {
            metrics.events("unreadable", "dead_lettered", 1);
        }
        leniencies.forEach(leniency -> metrics.leniency(leniency.label()));
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
