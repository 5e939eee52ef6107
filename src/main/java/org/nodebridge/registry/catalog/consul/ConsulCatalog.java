// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.eclipse.microprofile.faulttolerance.exceptions.FaultToleranceException;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogInstances;
import org.nodebridge.registry.catalog.CatalogNotes;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.EntryDecisions;
import org.nodebridge.registry.catalog.ExpectedCheck;
import org.nodebridge.registry.catalog.OtherInstallations;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.health.ComponentDefects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consul as the catalog: writes transaction by transaction, says of each node what became of it, and knows what an
 * entry is to look like. Every call goes through {@link GuardedConsul}, so that one breaker and one set of limits holds
 * for all; what Fault Tolerance throws leaves as {@link CatalogUnavailableException}. Safe for many threads.
 */
@ApplicationScoped
public class ConsulCatalog implements ServiceCatalog, CatalogNotes {

    private static final Logger log = LoggerFactory.getLogger(ConsulCatalog.class);

    private final GuardedConsul consul;
    private final CatalogCircuit circuit;
    private final RegistrySettings settings;
    private final OwnerMark owner;
    private final ComponentDefects defects;

    @Inject
    @ConfigProperty(name = "registry.consul.timeout", defaultValue = "4000")
    private long timeoutMillis;

    /** For the proxy only. */
    ConsulCatalog() {
        this(null, null, null, null, null);
    }

    @Inject
    public ConsulCatalog(
            GuardedConsul consul, CatalogCircuit circuit, RegistrySettings settings, OwnerMark owner,
            ComponentDefects defects) {
        this.consul = consul;
        this.circuit = circuit;
        this.settings = settings;
        this.owner = owner;
        this.defects = defects;
    }

    @Override
    public int transactionSize() {
        return sizeOr1(GuardedConsul::transactionSize);
    }

    @Override
    public int transactionsAtOnce() {
        return sizeOr1(GuardedConsul::transactionsAtOnce);
    }

    private int sizeOr1(ToIntFunction<GuardedConsul> question) {
        try {
            return question.applyAsInt(consul);
        } catch (RuntimeException e) {
            return 1; // a setting cannot be used, as write will say
        }
    }

    @Override
    public Duration longestRemoval() {
        return Duration.ofMillis(timeoutMillis);
    }

    @Override
    public void installation(String id) {
        owner.installation(id);
    }

    @Override
    public void others(Map<String, Long> entries) {
        owner.others(entries);
    }

    @Override
    public void judged(OtherInstallations found) {
        owner.judged(found);
    }

    @Override
    public OtherInstallations otherInstallations() {
        return owner.found();
    }

    @Override
    public boolean mayHaveEntries(String installation) {
        return asked(() -> consul.mayHaveEntries(installation), "registry.consul.read-timeout");
    }

    @Override
    public String place() {
        return settings.consul().mode() == ConsulSettings.Mode.CATALOG ? settings.consul().nodeName() : "";
    }

    @Override
    public ServiceEntry entry(CatalogChange.Register change) {
        return ServiceDefinition.of(change, settings.consul().layout(), owner);
    }

    @Override
    public Optional<ServiceEntry> sidecar(CatalogChange.Register change, ServiceEntry entry) {
        return ServiceDefinition.sidecar(change, entry, settings.consul().layout());
    }

    @Override
    public ExpectedCheck expectedCheck(ServiceEntry entry, CheckStatus judged) {
        if (entry.proxied() != null && settings.consul().mode() == ConsulSettings.Mode.AGENT) {
            return ExpectedCheck.FOLLOWS;
        }
        boolean mayBeProbed = entry.healthUrl() != null
                && !CheckAddresses.refused(entry.healthUrl(), settings.probes().allowedAddresses());
        return new ExpectedCheck(
                entry.check(judged), mayBeProbed, settings.consul().mode() == ConsulSettings.Mode.AGENT);
    }

    @Override
    public CatalogInstances instances(Predicate<CatalogInstance> expected) {
        return asked(() -> consul.instances(expected), "registry.consul.read-timeout");
    }

    @Override
    public Optional<CatalogInstance> instance(String nodeId) {
        return asked(() -> consul.instance(nodeId), "registry.consul.health-timeout");
    }

    @Override
    public Optional<CatalogInstance> sidecar(String nodeId) {
        return asked(() -> consul.sidecar(nodeId), "registry.consul.health-timeout");
    }

    @Override
    public Map<String, EntryDecisions> decisions(List<String> nodeIds) {
        Map<String, EntryDecisions> decisions = new HashMap<>();
        int portion = transactionSize();
        for (int from = 0; from < nodeIds.size(); from += portion) {
            List<String> some = nodeIds.subList(from, Math.min(nodeIds.size(), from + portion));
            decisions.putAll(asked(() -> consul.decisions(some), "registry.consul.timeout"));
        }
        return decisions;
    }

    @Override
    public Map<String, String> cordons(int most) {
        return asked(() -> consul.cordons(most), "registry.consul.timeout");
    }

    @Override
    public List<CatalogInstance> strays() {
        return asked(consul::strays, "registry.consul.read-timeout");
    }

    @Override
    public Map<CatalogInstance, String> remove(List<CatalogInstance> instances) {
        return asked(() -> consul.remove(instances), "registry.consul.timeout");
    }

    @Override
    public long raise(String name, long value) {
        return asked(() -> consul.raise(settings.registryId() + "/" + name, value), "registry.consul.health-timeout");
    }

    @Override
    public Map<String, Long> below(String name) {
        return asked(() -> consul.notes(settings.registryId() + "/" + name), "registry.consul.health-timeout");
    }

    @Override
    public boolean forget(String name, long number) {
        return asked(() -> consul.forget(settings.registryId() + "/" + name, number), "registry.consul.health-timeout");
    }

    /** Fault Tolerance's own messages are empty, or about methods. */
    private static <T> T asked(Supplier<T> call, String timeout) {
        try {
            return call.get();
        } catch (CircuitBreakerOpenException e) {
            throw new CatalogUnavailableException("the circuit breaker is open: Consul failed too often", e);
        } catch (TimeoutException e) {
            throw new CatalogUnavailableException("Consul did not answer within " + timeout, e);
        } catch (BulkheadException e) {
            throw new CatalogUnavailableException("too many calls to Consul are under way", e);
        } catch (FaultToleranceException e) {
            throw new CatalogUnavailableException("the call of Consul was interrupted", e);
        }
    }

    @Override
    public CatalogOutcome write(List<? extends CatalogChange> changes) {
        if (changes.isEmpty()) {
            return CatalogOutcome.NOTHING;
        }
        ConsulWrite write;
        try {
            write = new ConsulWrite(consul, circuit, defects, changes);
        } catch (RuntimeException e) {
            // a TLS file that cannot be used, for one: the health says so, and PostgreSQL goes on without Consul
            log.atWarn().addKeyValue("reason", e.getMessage()).log("Consul cannot be written to");
            Set<String> nodeIds = changes.stream().map(CatalogChange::nodeId).collect(Collectors.toSet());
            return new CatalogOutcome(Set.of(), Map.of(), nodeIds, e.getMessage());
        }
        return write.carryOut();
    }
}
