// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogChange.Register;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp.Answer;
import org.nodebridge.registry.catalog.consul.http.ConsulRefusal;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.event.WireJson;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The entries of sidecar proxies in catalog mode. {@code /v1/txn} drops what makes a proxy of a service, without a
 * word, so each is written by a call of its own, after the transaction of the nodes' own entries. Before that all are
 * read, by one transaction that only gets: what stands as it is to be is not written again, so that a write that was
 * cut short gets further each time it is tried, and what is not ours is not touched. Those that are to go do so before
 * the nodes' own.
 */
final class SidecarEntries {

    private static final Logger LOG = LoggerFactory.getLogger(SidecarEntries.class);

    private final ConsulHttp consul;
    private final ConsulSettings settings;
    private final OwnerMark owner;
    private final EntryJson json;
    private final LeftSidecars left;

    SidecarEntries(
            ConsulHttp consul, ConsulSettings settings, OwnerMark owner, CheckAddresses addresses, LeftSidecars left) {
        this.left = left;
        this.consul = consul;
        this.settings = settings;
        this.owner = owner;
        this.json = new EntryJson(settings, owner, addresses);
    }

    /** One that is to be: the change, and the entries of the node and of its proxy. */
    private record Wanted(Register change, ServiceEntry node, ServiceEntry sidecar) {}

    /** What stands where the sidecar proxies of some nodes do, by service id. */
    private record Standing(Map<String, CatalogInstance> entries, Map<String, JsonNode> checks) {}

    /** Makes the changes of the nodes' own entries between those of their sidecar proxies. */
    void around(List<CatalogChange> changes, Runnable own) {
        List<CatalogChange> concerned = settings.layout().sidecars() ? changes : withLeft(changes);
        Standing standing = standing(concerned);
        List<Wanted> wanted = new ArrayList<>();
        List<CatalogInstance> unwanted = new ArrayList<>();
        for (CatalogChange change : concerned) {
            Optional<Wanted> sidecar = change instanceof Register register ? wanted(register) : Optional.empty();
            sidecar.ifPresent(wanted::add);
            CatalogInstance entry = standing.entries().get(ServiceId.ofSidecar(change.nodeId()));
            if (sidecar.isEmpty() && entry != null && entry.sidecar() && owner.isRegistrys(entry.meta())
                    && owner.mayRemove(entry.meta())) {
                unwanted.add(entry);
            }
        }
        remove(unwanted);
        own.run();
        write(wanted, standing);
    }

    /**
     * With Connect off, those whose proxies from before must go at once, because they would go on to say that the node
     * is passing; those of nodes that can be called are the comparison's, a share at a time.
     */
    private List<CatalogChange> withLeft(List<CatalogChange> changes) {
        List<CatalogChange> uncalled = changes.stream()
                .filter(change -> !(change instanceof Register register && register.check() != CheckStatus.CRITICAL))
                .toList();
        return uncalled.isEmpty() || !left.any() ? List.of() : uncalled;
    }

    private Optional<Wanted> wanted(Register change) {
        ServiceEntry node = ServiceDefinition.of(change, settings.layout(), owner);
        return ServiceDefinition.sidecar(change, node, settings.layout())
                .map(sidecar -> new Wanted(change, node, sidecar));
    }

    private Standing standing(List<CatalogChange> changes) {
        List<JsonNode> asked = new ArrayList<>();
        changes.stream().map(CatalogChange::nodeId).filter(ServiceDefinition::isWellFormed).forEach(nodeId -> {
            asked.add(EntryLookup.service(settings.nodeName(), ServiceId.ofSidecar(nodeId)));
            asked.add(EntryLookup.check(settings.nodeName(), ServiceId.ofSidecar(nodeId)));
        });
        Map<String, CatalogInstance> entries = new HashMap<>();
        Map<String, JsonNode> checks = new HashMap<>();
        for (JsonNode found : EntryLookup.found(consul, asked)) {
            if (found.path("Service").isObject()) {
                CatalogInstance entry =
                        ConsulEntries.instance(settings.nodeName(), found.path("Service"), Map.of());
                entries.put(entry.serviceId(), entry);
            } else {
                checks.put(found.at("/Check/ServiceID").asText(), found.path("Check"));
            }
        }
        return new Standing(entries, checks);
    }

    /**
     * Only as they were read. What Consul refuses is left to the comparison, which says so: it would refuse it again,
     * and the nodes' own entries would wait for ever.
     */
    private void remove(List<CatalogInstance> entries) {
        List<CatalogInstance> rest = entries;
        while (!rest.isEmpty()) {
            Removal removal = new Removal(rest);
            Answer answer = consul.put("/v1/txn", removal.json());
            if (answer.status() == 200) {
                return;
            }
            if (ConsulRefusal.of(answer) instanceof CatalogUnavailableException unavailable) {
                throw unavailable;
            }
            if (Removal.isStale(answer)) {
                throw new CatalogUnavailableException("entries of sidecar proxies are being changed");
            }
            Map<CatalogInstance, String> refused = answer.status() == 409 ? removal.refused(answer.body()) : Map.of();
            LOG.atWarn().addKeyValue("entries", refused.isEmpty() ? rest.size() : refused.size())
                    .addKeyValue("reason", ConsulRefusal.said(answer))
                    .log("Entries of sidecar proxies are not removed");
            rest = refused.isEmpty()
                    ? List.of()
                    : rest.stream().filter(entry -> !refused.containsKey(entry)).toList();
        }
    }

    private void write(List<Wanted> all, Standing standing) {
        Map<String, String> refused = new HashMap<>();
        for (Wanted wanted : all) {
            CatalogInstance entry = standing.entries().get(wanted.sidecar().id());
            ObjectNode check = json.check(wanted.change(), wanted.node(), wanted.sidecar());
            String obstacle = obstacle(entry);
            if (obstacle == null && !(entry != null && entry.shows(wanted.sidecar())
                    && says(standing.checks().get(entry.serviceId()), check))) {
                obstacle = write(wanted.sidecar(), check);
            }
            if (obstacle != null) {
                refused.put(wanted.change().nodeId(), ServiceCatalog.SIDECAR + obstacle);
            }
        }
        if (!refused.isEmpty()) {
            throw new CatalogRefusedException("Consul does not get all sidecar proxies", refused);
        }
    }

    /** Why our entry cannot be written here; {@code null} where it can. */
    private String obstacle(CatalogInstance entry) {
        if (entry == null) {
            return null;
        }
        if (!owner.isRegistrys(entry.meta())) {
            return "an entry of its id, " + entry.serviceId() + ", is there that no registry of this id put there";
        }
        String other = owner.obstacle(entry.meta());
        return other == null ? null : "its entry belongs to another installation of this registry id: " + other;
    }

    /** Whether the check that stands says all that it is to say. */
    private static boolean says(JsonNode standing, ObjectNode check) {
        return standing != null
                && standing.path("Status").equals(check.path("Status"))
                && standing.path("Output").equals(check.path("Output"))
                && standing.at("/Definition/HTTP").asText().equals(check.at("/Definition/HTTP").asText());
    }

    /** Why Consul does not take it; {@code null} where it has. */
    private String write(ServiceEntry sidecar, ObjectNode check) {
        ObjectNode registration = WireJson.PLAIN.createObjectNode()
                .put("Node", settings.nodeName())
                .put("Address", EntryJson.ADDRESS);
        registration.set("NodeMeta", EntryJson.nodeMeta());
        registration.set("Service", EntryJson.service(sidecar));
        registration.set("Check", check);
        Answer answer =
                consul.put("/v1/catalog/register", registration.toString().getBytes(StandardCharsets.UTF_8));
        if (answer.status() == 200) {
            return null;
        }
        if (ConsulRefusal.of(answer) instanceof CatalogUnavailableException unavailable) {
            throw unavailable;
        }
        return ConsulRefusal.said(answer);
    }
}
