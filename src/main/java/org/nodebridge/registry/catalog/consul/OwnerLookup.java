// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogChange.Register;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.EntryDecisions;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp;

/**
 * Reads some of our entries by transactions that only get, and so keeps changes away from entries of another
 * installation. Deregistrations are few and always looked up; registrations only while another installation may be
 * there, because the read costs a round trip, though no Raft write. What the other one writes between the read and the
 * change is not seen: its next comparison writes it again.
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
        Map<String, Map<String, String>> metas = nodeIds.isEmpty() ? Map.of() : metas(nodeIds);
        Map<String, String> refused = new HashMap<>();
        List<CatalogChange> allowed = new ArrayList<>();
        for (CatalogChange change : changes) {
            Map<String, String> meta = metas.getOrDefault(change.nodeId(), Map.of());
            String obstacle = change instanceof Register ? owner.obstacle(meta) : null;
            if (obstacle != null) {
                refused.put(change.nodeId(), ServiceCatalog.FOREIGN + obstacle);
            } else if (change instanceof Register || owner.mayRemove(meta)) {
                allowed.add(change);
            }
        }
        if (!refused.isEmpty()) {
            throw new CatalogRefusedException("entries belong to another installation", refused);
        }
        return allowed;
    }

    /** Node id to the meta of its entry, of those that have one. */
    private Map<String, Map<String, String>> metas(List<String> nodeIds) {
        Map<String, Map<String, String>> metas = new HashMap<>();
        for (JsonNode result : EntryLookup.found(consul, nodeIds.stream().map(this::service).toList())) {
            CatalogInstance entry = entry(result);
            metas.put(entry.nodeId(), entry.meta());
        }
        return metas;
    }

    /** What our entries of the nodes show that was decided about these, by node id. */
    Map<String, EntryDecisions> decisions(List<String> nodeIds) {
        List<JsonNode> asked = new ArrayList<>();
        for (String nodeId : nodeIds) {
            asked.add(service(nodeId));
            asked.add(EntryLookup.check(consulNode, ServiceId.of(nodeId)));
        }
        List<JsonNode> results = EntryLookup.found(consul, asked);
        Map<String, String> cordons = new HashMap<>();
        for (JsonNode result : results) {
            JsonNode check = result.path("Check");
            boolean probed = !check.at("/Definition/HTTP").asText().isEmpty(); // then the output is what a probe found
            String cordon = ServiceDefinition.cordon(check.path("Output").asText(), owner.registryId());
            if (cordon != null && !probed) {
                cordons.put(check.path("ServiceID").asText(), cordon);
            }
        }
        Map<String, EntryDecisions> decisions = new HashMap<>();
        results.stream().filter(result -> result.path("Service").isObject()).map(this::entry)
                .filter(entry -> owner.isOurs(entry.meta()))
                .forEach(entry -> decisions.put(
                        entry.nodeId(), new EntryDecisions(cordons.get(entry.serviceId()), entry.weights())));
        return decisions;
    }

    private CatalogInstance entry(JsonNode result) {
        return ConsulEntries.instance(consulNode, result.path("Service"), Map.of());
    }

    private JsonNode service(String nodeId) {
        return EntryLookup.service(consulNode, ServiceId.of(nodeId));
    }
}
