// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.http.Actor;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.Roles;
import org.nodebridge.registry.registration.ManualRegistrations;
import org.nodebridge.registry.registration.NodeForgetting;
import org.nodebridge.registry.security.CorrelationId;
import org.nodebridge.registry.store.RegistrationHistoryRepository;
import org.nodebridge.registry.store.ToolRegistration;
import org.nodebridge.registry.store.ToolRegistrationRepository;
import org.nodebridge.registry.store.jdbc.StoreClock;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/** Takes a node out of both stores, with or without the memory of it. */
@RequestScoped
class Deregistration {

    @Inject
    private ManualRegistrations service;

    @Inject
    private StoreClock clock;

    @Inject
    private NodeForgetting forgotten;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private RegistrationHistoryRepository history;

    @Inject
    private RegistrySettings settings;

    /** @param forget whether the tombstone and the owner go too, for which the caller must be an admin */
    Response of(String nodeId, boolean forget, SecurityContext caller) {
        if (forget && !caller.isUserInRole(Roles.ADMIN)) {
            return Problem.ofStatus(403, "Not allowed", "to forget a node takes the role admin").response();
        }
        if (!Storable.text(nodeId)) {
            return Problem.notRegistered(nodeId).response();
        }
        return forget ? forget(nodeId, Actor.of(caller)) : deregister(nodeId, Actor.of(caller));
    }

    private Response forget(String nodeId, String actor) {
        return forgotten.forget(nodeId, actor, CorrelationId.current())
                .map(result -> RegistrationAnswer.of(result, 200))
                .orElseGet(() -> Problem.neverHeardOf(nodeId).response());
    }

    private Response deregister(String nodeId, String actor) {
        NodeType type = null;
        Instant now = clock.now();
        Instant time = now;
        try {
            ToolRegistration row = registrations.find(nodeId)
                    .filter(found -> found.status().registered())
                    .orElse(null);
            if (row == null) {
                return Problem.notRegistered(nodeId, history.lastState(nodeId).orElse(null)).response();
            }
            type = row.type();
            time = row.outranking(now);
        } catch (StoreUnavailableException e) {
            // PostgreSQL cannot say whether the node is there; the departure is carried out as far as it goes
        }
        Departed event = new Departed(
                nodeId, type, "manual_deregistration", false, null, new EventVersion(null, time, UUID.randomUUID()),
                now, CorrelationId.forEvent(settings.strictEnvelopes()), Set.of(), actor);
        return RegistrationAnswer.of(service.deregister(event), 200);
    }
}
