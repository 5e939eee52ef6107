// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogInstances;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.EntryDecisions;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp.Answer;
import org.nodebridge.registry.catalog.consul.http.ConsulRefusal;
import org.nodebridge.registry.config.ConsulSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Catalog mode: entries under an external Consul node, many to one {@code /v1/txn}. */
final class ConsulTransactionClient implements ConsulClient {

    private static final Logger log = LoggerFactory.getLogger(ConsulTransactionClient.class);

    private final ConsulSettings settings;
    private final OwnerMark owner;
    private final OwnerLookup lookup;
    private final CheckAddresses addresses;
    private final ConsulHttp consul;
    private final ConsulEntries entries;
    private final SidecarEntries sidecars;

    /** {@code null} until asked, and again after an outage: Consul may come back as another version. */
    private volatile ConsulVersion version;

    ConsulTransactionClient(ConsulSettings settings, OwnerMark owner, CheckAddresses addresses) {
        this.addresses = addresses;
        this.settings = settings;
        this.owner = owner;
        this.consul = new ConsulHttp(settings);
        this.entries = new ConsulEntries(consul, settings, owner);
        this.sidecars = new SidecarEntries(consul, settings, owner, addresses, new LeftSidecars(entries::haveSidecars));
        this.lookup = new OwnerLookup(consul, settings.nodeName(), owner);
    }

    @Override
    public int transactionSize() {
        ConsulVersion known = version;
        return Transaction.capacity((known == null ? ConsulVersion.OLDEST : known).mostOperations());
    }

    @Override
    public int transactionsAtOnce() {
        return settings.transactions();
    }

    @Override
    public void apply(List<CatalogChange> changes) {
        try {
            if (version == null) {
                version = askVersion();
            }
            List<CatalogChange> allowed = lookup.allowed(changes);
            if (!allowed.isEmpty()) {
                sidecars.around(allowed, () -> send(allowed));
            }
        } catch (CatalogUnavailableException e) {
            version = null;
            throw e;
        }
    }

    private void send(List<CatalogChange> changes) {
        Transaction transaction = new Transaction(settings, owner, addresses);
        changes.forEach(transaction::append);
        Answer answer = consul.put("/v1/txn", transaction.json());
        switch (answer.status()) {
            case 200 -> {}
            case 409 -> throw transaction.refusal(answer.body());
            default -> throw ConsulRefusal.of(answer, changes);
        }
    }

    /** A token that may not read the agent is no reason to stop: the oldest version's limit suits all. */
    private ConsulVersion askVersion() {
        try {
            return ConsulVersion.parse(
                    consul.get("/v1/agent/self").path("Config").path("Version").asText());
        } catch (CatalogRefusedException e) {
            log.atInfo()
                    .addKeyValue("reason", e.getMessage())
                    .log("Consul does not tell its version; transactions stay at the size of the oldest");
            return ConsulVersion.OLDEST;
        }
    }

    @Override
    public String leader() {
        return consul.get("/v1/status/leader").asText();
    }

    @Override
    public CatalogInstances instances(Predicate<CatalogInstance> expected) {
        return entries.underOurNode(expected);
    }

    @Override
    public Optional<CatalogInstance> instance(String nodeId) {
        return ServiceDefinition.isWellFormed(nodeId)
                ? new EntryLookup(settings.nodeName(), ServiceId.of(nodeId)).in(consul)
                : Optional.empty();
    }

    @Override
    public Optional<CatalogInstance> sidecar(String nodeId) {
        return ServiceDefinition.isWellFormed(nodeId)
                ? new EntryLookup(settings.nodeName(), ServiceId.ofSidecar(nodeId)).in(consul)
                        .filter(entry -> entry.sidecar() && owner.isOurs(entry.meta()))
                : Optional.empty();
    }

    @Override
    public Map<String, EntryDecisions> decisions(List<String> nodeIds) {
        return lookup.decisions(nodeIds.stream().filter(ServiceDefinition::isWellFormed).toList());
    }

    @Override
    public Map<String, String> cordons(int most) {
        return entries.cordons(most);
    }

    @Override
    public List<CatalogInstance> strays() {
        return entries.underOtherNodes();
    }

    /** Entries that Consul says have changed are left, and the rest is tried again without them. */
    @Override
    public Map<CatalogInstance, String> remove(List<CatalogInstance> instances) {
        Map<CatalogInstance, String> left = new HashMap<>();
        List<CatalogInstance> rest = instances;
        while (!rest.isEmpty()) {
            Removal removal = new Removal(rest);
            Answer answer = consul.put("/v1/txn", removal.json());
            if (answer.status() == 200) {
                break;
            }
            Map<CatalogInstance, String> refused = answer.status() == 409 ? removal.refused(answer.body()) : Map.of();
            if (refused.isEmpty()) {
                throw ConsulRefusal.of(answer);
            }
            left.putAll(refused);
            rest = rest.stream().filter(instance -> !refused.containsKey(instance)).toList();
        }
        return left;
    }

    @Override
    public long raise(String key, long value) {
        return new ConsulNotes(consul).raise(key, value);
    }

    @Override
    public Map<String, Long> notes(String key) {
        return new ConsulNotes(consul).below(key);
    }

    @Override
    public boolean forget(String key, long number) {
        return new ConsulNotes(consul).forget(key, number);
    }

    @Override
    public boolean mayHaveEntries(String installation) {
        return entries.mayBeOf(installation);
    }

    @Override
    public void close() {
        consul.close();
    }
}
