// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.SoftAssertions.assertSoftly;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.nodebridge.registry.model.Fold;
import org.nodebridge.registry.model.ModelEvent;

/**
 * Where PostgreSQL, its history and Consul are not what the model says; all empty when they agree.
 *
 * @param lost nodes whose newest event is not what PostgreSQL or Consul shows, each with what is shown
 * @param doubled changes that stand in the history twice
 * @param history what else is wrong with the history
 */
record Agreement(List<String> lost, List<String> doubled, List<String> history) {

    /** What is in the stores at this moment, of the nodes of the fold and of any others. */
    static Agreement of(Fold fold, Stores stores) {
        return of(fold, stores, nodeId -> true);
    }

    /** The same, where the fold knows some nodes only; the history must be in order with all of them. */
    static Agreement of(Fold fold, Stores stores, Predicate<String> ofTheFold) {
        Map<String, JsonNode> rows = stores.rowsOf("");
        History history = History.in(stores);
        Map<String, ConsulService> services = stores.consulServices();
        List<String> lost = new ArrayList<>();
        Set<String> nodeIds = new TreeSet<>(fold.nodeIds());
        nodeIds.addAll(rows.keySet());
        nodeIds.addAll(services.keySet());
        nodeIds.removeIf(ofTheFold.negate());
        for (String nodeId : nodeIds) {
            List<String> wrong = new ArrayList<>();
            Optional<JsonNode> row = Optional.ofNullable(rows.get(nodeId));
            inPostgres(fold.decisive(nodeId), row, wrong);
            inConsul(fold.registered(nodeId), row, Optional.ofNullable(services.get(nodeId)), wrong);
            if (!wrong.isEmpty()) {
                lost.add(nodeId + " must be " + fold.decisive(nodeId) + ", but " + wrong);
            }
        }
        return new Agreement(lost, history.doubled(), flaws(history, rows));
    }

    boolean complete() {
        return lost.isEmpty() && doubled.isEmpty() && history.isEmpty();
    }

    /** @param seed by which the run can be repeated */
    void assertComplete(long seed) {
        assertSoftly(all -> {
            all.assertThat(lost).as("nodes that are not what they must be, seed %s", seed).isEmpty();
            all.assertThat(doubled).as("changes that are twice in the history, seed %s", seed).isEmpty();
            all.assertThat(history).as("flaws of the history, seed %s", seed).isEmpty();
        });
    }

    private static void inPostgres(Optional<ModelEvent> decisive, Optional<JsonNode> row, List<String> wrong) {
        if (decisive.isEmpty() || row.isEmpty()) {
            if (decisive.isPresent() != row.isPresent()) {
                wrong.add("PostgreSQL has " + row);
            }
            return;
        }
        ModelEvent event = decisive.get();
        JsonNode shown = row.get();
        same("event", event.eventId().toString(), shown.path("event_id").textValue(), wrong);
        same("time", event.time(), NodeFacts.instant(shown.path("event_timestamp").textValue()), wrong);
        same("pending for Consul", false, shown.path("pending").booleanValue(), wrong);
        String status = shown.path("status").textValue();
        if (event.kind() == ModelEvent.Kind.INTRODUCED) {
            same("status", "active", status, wrong);
            same("version", event.contentVersion(), shown.path("node_version").textValue(), wrong);
            same("capabilities", event.marker(), shown.at("/capabilities/marker").intValue(), wrong);
            if (event.epoch() != null) {
                same("epoch", event.epoch(), shown.path("epoch").longValue(), wrong);
            }
        } else if (!Set.of("departed", "draining").contains(status)) {
            // whether it drains depends on what it was when its departure arrived; it is out of discovery in both
            wrong.add("its status is " + status);
        }
    }

    private static void inConsul(
            Optional<ModelEvent> registered, Optional<JsonNode> row, Optional<ConsulService> service,
            List<String> wrong) {
        if (registered.isEmpty() || service.isEmpty()) {
            if (registered.isPresent() != service.isPresent()) {
                wrong.add("Consul has " + service);
            }
            return;
        }
        ConsulService shown = service.get();
        same("version in Consul", registered.get().contentVersion(), shown.meta().get("version"), wrong);
        if (row.isPresent()) {
            JsonNode stored = row.get();
            same("check in Consul", stored.path("check_status").textValue(), shown.status(), wrong);
            same("event in Consul", stored.path("content_event_id").textValue(), shown.meta().get("event-id"), wrong);
            String epoch = stored.path("epoch").isNull() ? null : stored.path("epoch").asText();
            same("epoch in Consul", epoch, shown.meta().get("epoch"), wrong);
        }
    }

    private static List<String> flaws(History history, Map<String, JsonNode> rows) {
        List<String> flaws = new ArrayList<>(history.gaps());
        history.latest().forEach((nodeId, last) -> {
            JsonNode row = rows.get(nodeId);
            if (row == null || !History.state(last).equals(History.state(row))) {
                flaws.add("the last change of " + nodeId + " is " + last + ", but the row is " + row);
            }
        });
        rows.forEach((nodeId, row) -> {
            // a tombstone of a node never heard of before is no change
            if (!history.latest().containsKey(nodeId) && !row.path("status").asText().equals("departed")) {
                flaws.add("no history of " + nodeId);
            }
        });
        return flaws;
    }

    private static void same(String what, Object expected, Object shown, List<String> wrong) {
        if (!java.util.Objects.equals(expected, shown)) {
            wrong.add(what + " is " + shown + " and not " + expected);
        }
    }
}
