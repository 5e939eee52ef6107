// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.nodebridge.registry.lease.Transition;
import org.nodebridge.registry.store.RegistrationStatus;

/** What both stores tell of nodes that were silent, left or came back. */
record LeaseEvidence(Stores stores) {

    /** A busy machine may take a server for unwell once or twice, and each time leases have their whole time again. */
    private static final Duration LONGEST_EXPIRY = Duration.ofMinutes(4);

    /**
     * Node id to check, of all nodes of the type that Consul would give a caller, regardless of who registered them.
     */
    Map<String, String> checks(String type) {
        return checksAt("/v1/health/service/onex-" + type);
    }

    /** The ids of those whose checks pass, as callers ask for them. */
    Set<String> passing(String type) {
        return checksAt("/v1/health/service/onex-" + type + "?passing").keySet();
    }

    private Map<String, String> checksAt(String path) {
        Map<String, String> checks = new HashMap<>();
        for (JsonNode instance : stores.consul(path)) {
            String id = instance.at("/Service/ID").textValue();
            for (JsonNode check : instance.path("Checks")) {
                if (check.path("ServiceID").asText().equals(id)) {
                    checks.put(id, check.path("Status").textValue());
                }
            }
        }
        return checks;
    }

    /** Waits until all of them are active and pass. */
    void awaitPassing(LeasedFleet fleet) {
        eventually().untilAsserted(() -> {
            assertThat(passing(fleet.type())).containsAll(fleet.ids());
            assertThat(statuses(fleet.ids())).allSatisfy((id, status) -> assertThat(status).isEqualTo("active"));
        });
    }

    /** Node id to status, of those that have a row. */
    Map<String, String> statuses(Collection<String> ids) {
        Map<String, String> statuses = new TreeMap<>();
        for (JsonNode row : stores.query(
                "SELECT tool_id, status FROM tool_registrations WHERE tool_id IN " + list(ids))) {
            statuses.put(row.path("tool_id").textValue(), row.path("status").textValue());
        }
        return statuses;
    }

    /** The node's history, oldest first, each as {@code change} or {@code change reason}. */
    List<String> life(String id) {
        return stores.query("SELECT concat_ws(' ', change, reason) AS entry FROM registration_history"
                + " WHERE tool_id IN " + list(List.of(id)) + " ORDER BY revision").stream()
                .map(row -> row.path("entry").textValue())
                .toList();
    }

    /** Who did what is in the node's history, in order. */
    List<String> actors(String id) {
        return stores.query("SELECT coalesce(actor, '') AS actor FROM registration_history"
                + " WHERE tool_id IN " + list(List.of(id)) + " ORDER BY revision").stream()
                .map(row -> row.path("actor").textValue())
                .toList();
    }

    /** Which of them have such an entry in their history, in order; an id stands there as often as it has one. */
    List<String> having(String change, String reason, Collection<String> ids) {
        return stores.query("SELECT tool_id FROM registration_history WHERE change = '" + change + "' AND reason = '"
                + reason + "' AND tool_id IN " + list(ids) + " ORDER BY revision").stream()
                .map(row -> row.path("tool_id").textValue())
                .toList();
    }

    /** Waits until they have expired, each once and for that reason, and Consul knows none of them any more. */
    void awaitExpired(String type, Collection<String> ids, String reason) {
        eventually().atMost(LONGEST_EXPIRY).untilAsserted(() -> {
            assertThat(having("expired", reason, ids)).containsExactlyInAnyOrderElementsOf(ids);
            assertThat(checks(type)).doesNotContainKeys(ids.toArray(String[]::new));
        });
        assertThat(statuses(ids)).allSatisfy((id, status) -> assertThat(status).isEqualTo("expired"));
    }

    /** Nothing but to be registered, and to go on living, has ever become of them. */
    void neverInDoubt(LeasedFleet fleet, Collection<String> ids) {
        assertThat(passing(fleet.type())).containsAll(ids);
        ids.forEach(id -> assertThat(life(id)).as(id).containsExactly("registered"));
    }

    /** No step of any node's life that the state machine does not have. */
    void everyStepIsAllowed() {
        Map<String, RegistrationStatus> last = new HashMap<>();
        List<String> forbidden = new ArrayList<>();
        Set<String> changes = new HashSet<>();
        for (JsonNode row : History.in(stores).rows()) {
            String id = row.path("tool_id").textValue();
            RegistrationStatus to =
                    RegistrationStatus.valueOf(row.path("status").textValue().toUpperCase(Locale.ROOT));
            RegistrationStatus from = last.put(id, to);
            changes.add(row.path("change").textValue());
            if (from != null && !Transition.allows(from, to)) {
                forbidden.add(id + " from " + from + " to " + to + " at revision " + row.path("revision"));
            }
        }
        assertThat(forbidden).isEmpty();
        assertThat(changes).as("the history is the one of this test").contains("expired");
    }

    private static String list(Collection<String> ids) {
        return "('" + String.join("', '", ids) + "')";
    }
}
