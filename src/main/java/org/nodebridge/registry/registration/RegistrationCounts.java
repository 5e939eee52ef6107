// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.store.RegistrationBatch;
import org.nodebridge.registry.store.StoredEvent;
import org.nodebridge.registry.store.StoredEvents;

/** Counts what became of events that PostgreSQL has judged, each once. Safe for many threads. */
@ApplicationScoped
class RegistrationCounts {

    @Inject
    private RegistryMetrics metrics;

    void count(List<? extends NodeEvent> given, StoredEvents done) {
        metrics.registrations("introduced", outcomes(done.stored().introduced()));
        metrics.registrations("departed", outcomes(done.stored().departed()));
        // after a refusal a heartbeat may have been applied twice
        long heartbeats = done.taken().heartbeats().stream().map(Heartbeat::nodeId).distinct().count();
        metrics.events("heartbeat", "applied", done.stored().renewed().size());
        metrics.events("heartbeat", "unknown", heartbeats - done.stored().renewed().size());
        RegistrationBatch newest = RegistrationBatch.collapse(given);
        metrics.events("introduced", "superseded", count(given, Introduced.class) - newest.introductions().size());
        metrics.events("departed", "superseded", count(given, Departed.class) - newest.departures().size());
        metrics.events("heartbeat", "superseded", count(given, Heartbeat.class) - newest.heartbeats().size());
    }

    private static Map<String, Long> outcomes(Map<String, StoredEvent> rows) {
        return rows.values().stream()
                .collect(Collectors.groupingBy(row -> row.outcome().wireName(), Collectors.counting()));
    }

    private static long count(List<? extends NodeEvent> events, Class<? extends NodeEvent> kind) {
        return events.stream().filter(kind::isInstance).count();
    }
}
