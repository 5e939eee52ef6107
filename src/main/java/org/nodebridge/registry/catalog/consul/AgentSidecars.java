// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.orbitz.consul.AgentClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.nodebridge.registry.catalog.CatalogChange.Register;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp.Answer;
import org.nodebridge.registry.catalog.consul.http.ConsulRefusal;
import org.nodebridge.registry.config.ConsulSettings;

/**
 * The entries of sidecar proxies in agent mode: services of the agent, whose checks it makes follow those of the nodes'
 * own. The Orbitz client knows no proxies. Without such a service a check that follows one is passing, so that the
 * proxy's has to go first.
 */
final class AgentSidecars {

    private final ConsulHttp consul;
    private final AgentClient agent;
    private final ConsulSettings settings;
    private final OwnerMark owner;

    AgentSidecars(ConsulHttp consul, AgentClient agent, ConsulSettings settings, OwnerMark owner) {
        this.consul = consul;
        this.agent = agent;
        this.settings = settings;
        this.owner = owner;
    }

    /**
     * Registers the node's proxy if it is to have one, and removes what is ours otherwise: Connect may have been on.
     *
     * @param entry of the node itself, which is registered
     * @return why its proxy is not registered; {@code null} where it is, or there is none
     */
    String follow(Register change, ServiceEntry entry) {
        ServiceEntry sidecar = ServiceDefinition.sidecar(change, entry, settings.layout()).orElse(null);
        if (sidecar == null) {
            remove(change.nodeId());
            return null;
        }
        CatalogInstance standing = standing(change.nodeId()).orElse(null);
        if (standing != null && !owner.isRegistrys(standing.meta())) {
            return "the agent has a service of its id, " + sidecar.id() + ", that no registry of this id put there";
        }
        String other = standing == null ? null : owner.obstacle(standing.meta());
        return other != null
                ? "its service belongs to another installation of this registry id: " + other
                : register(sidecar, entry.check(change.check()));
    }

    private String register(ServiceEntry sidecar, CheckStatus status) {
        ObjectNode service = EntryJson.service(sidecar);
        service.set("Name", service.remove("Service"));
        service.set("Check", AgentCheck.following(sidecar, status));
        Answer answer =
                consul.put("/v1/agent/service/register", service.toString().getBytes(StandardCharsets.UTF_8));
        if (answer.status() == 200) {
            return null;
        }
        if (ConsulRefusal.of(answer) instanceof CatalogUnavailableException unavailable) {
            throw unavailable;
        }
        return ConsulRefusal.said(answer);
    }

    /** Removes the service of the node's proxy, if there is one of ours. */
    void remove(String nodeId) {
        if (standing(nodeId)
                .filter(entry -> entry.sidecar() && owner.isRegistrys(entry.meta()) && owner.mayRemove(entry.meta()))
                .isPresent()) {
            agent.deregister(ServiceId.ofSidecar(nodeId));
        }
    }

    /** What the agent has at the place of the node's proxy service, regardless of who wrote it. */
    private Optional<CatalogInstance> standing(String nodeId) {
        return consul.find(path(nodeId)).map(service -> ConsulEntries.instance("", service, Map.of()));
    }

    /** The service of the node's proxy, if it is ours, with its check. */
    Optional<CatalogInstance> instance(String nodeId) {
        Optional<JsonNode> service = consul.find(path(nodeId));
        String serviceId = ServiceId.ofSidecar(nodeId);
        return service
                .map(found -> ConsulEntries.instance("", found, Map.of(
                        serviceId, AgentCheck.standing(agent, serviceId))))
                .filter(entry -> entry.sidecar() && owner.isOurs(entry.meta()));
    }

    private static String path(String nodeId) {
        String encoded = URLEncoder.encode(ServiceId.ofSidecar(nodeId), StandardCharsets.UTF_8).replace("+", "%20");
        return "/v1/agent/service/" + encoded;
    }
}
