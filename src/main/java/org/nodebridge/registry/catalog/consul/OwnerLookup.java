// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogChange.Register;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.catalog.consul.ConsulHttp.Answer;

/**
 * Keeps changes away from entries of another installation. Deregistrations are few and always looked up; registrations
 * only while another installation may be there, because the look costs a round trip, though no Raft write. What the
 * other one writes between the look and the change is not seen: its next comparison writes it again.
 */
final class OwnerLookup {

    private final ConsulHttp consul;
    private final String consulNode;
    private final OwnerMark owner;

    OwnerLookup(ConsulHttp consul, String consulNode, OwnerMark owner) {
        this.consul = consul;
        this.consulNode = consulNode;
        this.owner = owner;
    }

    /**
     * The changes without deregistrations of what is not ours: there is nothing of ours to remove.
     *
     * @throws CatalogRefusedException naming the nodes that are to be registered where another installation's entry
     *     stands
     */
    List<CatalogChange> allowed(List<CatalogChange> changes) {
        if (owner.installation() == null) {
            return changes;
        }
        boolean all = owner.othersPossible();
        List<String> nodeIds = changes.stream()
                .filter(change -> all || !(change instanceof Register))
                .map(CatalogChange::nodeId)
                .filter(ServiceDefinition::isWellFormed)
                .toList();
        Map<String, String> others = nodeIds.isEmpty() ? Map.of() : others(nodeIds);
        if (others.isEmpty()) {
            return changes;
        }
        Map<String, String> refused = new HashMap<>();
        changes.stream()
                .filter(change -> change instanceof Register && others.containsKey(change.nodeId()))
                .forEach(change -> refused.put(
                        change.nodeId(), ServiceCatalog.FOREIGN + others.get(change.nodeId())));
        if (!refused.isEmpty()) {
            throw new CatalogRefusedException("entries belong to another installation", refused);
        }
        return changes.stream().filter(change -> !others.containsKey(change.nodeId())).toList();
    }

    /** Node id to installation, of those of the nodes whose entry is another installation's. */
    private Map<String, String> others(List<String> nodeIds) {
        List<String> asked = nodeIds;
        Answer answer = ask(asked);
        if (answer.status() == 409) {
            List<String> there = new ArrayList<>();
            for (int i = 0; i < asked.size(); i++) {
                if (!EntryLookup.lacks(answer, i)) {
                    there.add(asked.get(i));
                }
            }
            if (there.isEmpty()) {
                return Map.of();
            }
            asked = there;
            answer = ask(asked);
        }
        if (answer.status() != 200) {
            throw ConsulRefusal.of(answer);
        }
        Map<String, String> others = new HashMap<>();
        for (JsonNode result : EntryLookup.results(answer)) {
            var entry = ConsulEntries.instance(consulNode, result.path("Service"), Map.of());
            String other = owner.otherInstallation(entry.meta());
            if (other != null) {
                others.put(entry.nodeId(), other);
            }
        }
        return others;
    }

    private Answer ask(List<String> nodeIds) {
        return EntryLookup.ask(
                consul, nodeIds.stream().map(nodeId -> EntryLookup.service(consulNode, ServiceId.of(nodeId))).toArray(
                        JsonNode[]::new));
    }
}
