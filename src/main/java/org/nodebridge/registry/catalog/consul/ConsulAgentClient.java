// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.google.common.net.HostAndPort;
import com.orbitz.consul.AgentClient;
import com.orbitz.consul.Consul;
import com.orbitz.consul.ConsulException;
import com.orbitz.consul.NotRegisteredException;
import com.orbitz.consul.model.agent.FullService;
import com.orbitz.consul.model.agent.ImmutableRegistration;
import com.orbitz.consul.model.catalog.ImmutableServiceWeights;
import com.orbitz.consul.option.QueryOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import okhttp3.HttpUrl;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogInstances;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.EntryDecisions;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.catalog.consul.ConsulEntries.StandingCheck;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp;
import org.nodebridge.registry.catalog.consul.http.ConsulRefusal;
import org.nodebridge.registry.catalog.consul.http.ConsulTls;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.ConsulSettings.Scheme;

/**
 * Agent mode: one call a node to the local agent, by the Orbitz client, and a check that the agent runs itself.
 * All services together are read one by one, by {@link ConsulHttp}.
 * The agent's services are not all ours: what lacks an owner mark is neither replaced nor removed.
 */
final class ConsulAgentClient implements ConsulClient {

    private final ConsulSettings settings;
    private final OwnerMark owner;
    private final CheckAddresses addresses;
    private final Consul consul;
    private final AgentClient agent;

    /** What may be longer than memory; the Orbitz client reads every answer as a whole. */
    private final ConsulHttp lists;

    private final AgentSidecars sidecars;

    ConsulAgentClient(ConsulSettings settings, OwnerMark owner, CheckAddresses addresses) {
        this.addresses = addresses;
        this.settings = settings;
        this.owner = owner;
        this.consul = connect(settings);
        this.agent = consul.agentClient();
        this.lists = new ConsulHttp(settings);
        this.sidecars = new AgentSidecars(lists, agent, settings, owner);
    }

    private static Consul connect(ConsulSettings settings) {
        HttpUrl own = ConsulHttp.servers(settings).get(0);
        Consul.Builder builder = Consul.builder()
                .withPing(false)
                .withHostAndPort(HostAndPort.fromParts(own.host(), own.port()))
                .withConnectTimeoutMillis(settings.connectTimeout().toMillis())
                .withReadTimeoutMillis(settings.requestTimeout().toMillis())
                .withWriteTimeoutMillis(settings.requestTimeout().toMillis());
        if (!settings.token().isEmpty()) {
            // the client's own way would put it into the URL
            builder.withHeaders(Map.of("X-Consul-Token", settings.token().value()));
        }
        if (settings.scheme() == Scheme.HTTPS) {
            ConsulTls tls = ConsulTls.of(settings);
            builder.withHttps(true).withSslContext(tls.context()).withTrustManager(tls.trust());
        }
        return builder.build();
    }

    @Override
    public int transactionSize() {
        return 1;
    }

    /** The agent writes all its services to one place; a second call at once makes both slower. */
    @Override
    public int transactionsAtOnce() {
        return 1;
    }

    @Override
    public void apply(List<CatalogChange> changes) {
        for (CatalogChange change : changes) {
            asking(() -> {
                if (change instanceof CatalogChange.Register register) {
                    register(register);
                } else {
                    deregister(change.nodeId());
                }
                return null;
            });
        }
    }

    private void register(CatalogChange.Register change) {
        ServiceEntry entry = ServiceDefinition.of(change, settings.layout(), owner);
        if (!AgentCheck.isNameable(entry.id())) {
            throw refused(change.nodeId(), "the agent could not deregister a service of this id");
        }
        Map<String, String> standing = standing(change.nodeId());
        String other = standing == null ? null : owner.obstacle(standing);
        if (other != null) {
            throw refused(change.nodeId(), ServiceCatalog.FOREIGN + other);
        }
        boolean probed = addresses.allow(entry.healthUrl());
        if (!probed && (entry.healthUrl() != null || change.cordon() != null)) {
            endProbe(ServiceDefinition.checkId(entry.id()));
        }
        agent.register(ImmutableRegistration.builder()
                .id(entry.id())
                .name(entry.name())
                .tags(entry.tags())
                .meta(entry.meta())
                .address(entry.address())
                .port(entry.port())
                .serviceWeights(ImmutableServiceWeights.builder()
                        .passing(entry.weights().passing())
                        .warning(entry.weights().warning())
                        .build())
                .enableTagOverride(false)
                .check(AgentCheck.of(entry, entry.check(change.check()), settings, owner.registryId(), probed))
                .build());
        if (!probed) {
            AgentCheck.report(
                    agent, entry.id(), entry.check(change.check()),
                    ServiceDefinition.checkOutput(entry, change, owner.registryId()));
        }
        String obstacle = sidecars.follow(change, entry);
        if (obstacle != null) {
            throw refused(change.nodeId(), ServiceCatalog.SIDECAR + obstacle);
        }
    }

    /** A check of another kind under the same id would not end the probe that is there: the agent goes on with both. */
    private void endProbe(String checkId) {
        try {
            agent.deregisterCheck(checkId);
        } catch (ConsulException e) {
            if (e.getCode() < 300) {
                throw e; // else there is no such check
            }
        }
    }

    private void deregister(String nodeId) {
        if (AgentCheck.isNameable(nodeId)) {
            sidecars.remove(nodeId);
            Map<String, String> meta = standing(nodeId);
            if (meta != null && owner.mayRemove(meta)) {
                agent.deregister(ServiceId.of(nodeId));
            }
        }
    }

    /** The meta of the agent's service of the node; {@code null} when there is none. */
    private Map<String, String> standing(String nodeId) {
        try {
            Map<String, String> meta = agent.getService(ServiceId.of(nodeId), QueryOptions.BLANK)
                    .getResponse().getMeta();
            if (!meta.containsKey(OwnerMark.REGISTRY_ID)) {
                throw refused(nodeId, "the agent has a service of this id that no registry put there");
            }
            return meta;
        } catch (NotRegisteredException e) {
            return null;
        }
    }

    @Override
    public String leader() {
        return asking(() -> consul.statusClient().getLeader());
    }

    @Override
    public CatalogInstances instances(Predicate<CatalogInstance> expected) {
        Map<String, StandingCheck> checks = new HashMap<>();
        lists.eachMember("/v1/agent/checks", check -> AgentCheck.note(check, checks));
        CatalogInstances.Collected collected = new CatalogInstances.Collected(expected);
        lists.eachMember("/v1/agent/services", service -> {
            CatalogInstance instance = ConsulEntries.instance("", service, checks);
            ConsulEntries.note(instance, owner, collected);
        });
        return collected.instances();
    }

    @Override
    public Optional<CatalogInstance> instance(String nodeId) {
        if (!AgentCheck.isNameable(nodeId)) {
            return Optional.empty();
        }
        return asking(() -> {
            try {
                FullService service = agent.getService(ServiceId.of(nodeId), QueryOptions.BLANK).getResponse();
                StandingCheck check = AgentCheck.standing(agent, service.getId());
                return Optional.of(new CatalogInstance(
                        service.getId(), service.getService(), service.getTags(), service.getMeta(),
                        service.getAddress(), service.getPort(), weights(service), check.status(), check.probed(),
                        "", 0));
            } catch (NotRegisteredException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public Optional<CatalogInstance> sidecar(String nodeId) {
        return AgentCheck.isNameable(nodeId) ? asking(() -> sidecars.instance(nodeId)) : Optional.empty();
    }

    @Override
    public Map<String, EntryDecisions> decisions(List<String> nodeIds) {
        Map<String, EntryDecisions> decisions = new HashMap<>();
        nodeIds.stream().filter(AgentCheck::isNameable).forEach(nodeId -> asking(() -> {
            try {
                FullService service = agent.getService(ServiceId.of(nodeId), QueryOptions.BLANK).getResponse();
                if (owner.isOurs(service.getMeta())) {
                    decisions.put(nodeId, new EntryDecisions(
                            AgentCheck.cordon(agent, service.getId(), owner.registryId()), weights(service)));
                }
            } catch (NotRegisteredException e) {
                return null; // and nothing was decided
            }
            return null;
        }));
        return decisions;
    }

    /** As the agent has them: it syncs what a check says to the servers minutes later where the status is the same. */
    @Override
    public Map<String, String> cordons(int most) {
        ConsulEntries.Cordons cordons = new ConsulEntries.Cordons(owner.registryId(), most);
        lists.eachMember("/v1/agent/checks?filter=" + cordons.filter(), check -> {
            if (!AgentCheck.isAgents(check.path("Notes").asText())) {
                cordons.note(check);
            }
        });
        return cordons.reasons();
    }

    private static ServiceWeights weights(FullService service) {
        return service.getWeights()
                .map(weights -> new ServiceWeights(weights.getPassing(), weights.getWarning()))
                .orElse(ServiceWeights.NONE);
    }

    @Override
    public List<CatalogInstance> strays() {
        return List.of();
    }

    /** The agent knows no condition, so that what changes between the read and the call is removed all the same. */
    @Override
    public Map<CatalogInstance, String> remove(List<CatalogInstance> instances) {
        Map<CatalogInstance, String> left = new HashMap<>();
        for (CatalogInstance instance : instances) {
            String obstacle = asking(() -> removeOurs(instance.serviceId()));
            if (obstacle != null) {
                left.put(instance, obstacle);
            }
        }
        return left;
    }

    private String removeOurs(String serviceId) {
        if (!AgentCheck.isNameable(serviceId)) {
            return "the agent cannot deregister a service of this id";
        }
        try {
            Map<String, String> meta = agent.getService(serviceId, QueryOptions.BLANK).getResponse().getMeta();
            if (!owner.isOurs(meta)) {
                return "it no longer has our owner mark";
            }
        } catch (NotRegisteredException e) {
            return null;
        }
        agent.deregister(serviceId);
        return null;
    }

    private static CatalogRefusedException refused(String nodeId, String reason) {
        return new CatalogRefusedException(reason, Map.of(nodeId, reason));
    }

    /** The client has one exception for everything: with Consul's status, or with the failure to get one. */
    private static <T> T asking(Supplier<T> call) {
        try {
            return call.get();
        } catch (ConsulException e) {
            throw e.getCode() >= 300
                    ? ConsulRefusal.of(e.getCode(), String.valueOf(e.getMessage()))
                    : new CatalogUnavailableException("Consul's agent cannot be reached: " + e.getMessage(), e);
        }
    }

    @Override
    public long raise(String key, long value) {
        return new ConsulNotes(lists).raise(key, value);
    }

    @Override
    public Map<String, Long> notes(String key) {
        return new ConsulNotes(lists).below(key);
    }

    @Override
    public boolean forget(String key, long number) {
        return new ConsulNotes(lists).forget(key, number);
    }

    @Override
    public boolean mayHaveEntries(String installation) {
        return new ConsulEntries(lists, settings, owner).mayBeOf(installation);
    }

    @Override
    public void close() {
        consul.destroy();
        lists.close();
    }
}
