// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.orbitz.consul.AgentClient;
import com.orbitz.consul.NotRegisteredException;
import com.orbitz.consul.model.State;
import com.orbitz.consul.model.agent.ImmutableRegCheck;
import com.orbitz.consul.model.agent.Registration.RegCheck;
import com.orbitz.consul.model.health.HealthCheck;
import com.orbitz.consul.option.ImmutableQueryOptions;
import com.orbitz.consul.option.QueryOptions;
import java.util.Map;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.catalog.consul.ConsulEntries.StandingCheck;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.event.WireJson;

/**
 * The check of a service in agent mode. Where the node has an http endpoint for it, at an address that may be
 * probed, the agent probes that; where it has none, the check says what the registry says. Neither ever removes the
 * service: expiry is the registry's.
 */
final class AgentCheck {

    /** A check that only the registry sets must have a time to live: ten years. */
    private static final String NEVER = "87600h";

    /** How the notes of a check begin that the agent runs: the client does not show the check's definition. */
    private static final String PROBED = "Probed by the agent";

    /** How the notes of a check begin that the agent makes follow the check of another service. */
    private static final String FOLLOWS = "Follows the check of ";

    private AgentCheck() {}

    /** Notes a check of the agent's list where it is the one of its service. */
    static void note(JsonNode check, Map<String, StandingCheck> checks) {
        String serviceId = check.path("ServiceID").asText();
        if (check.path("CheckID").asText().equals(ServiceDefinition.checkId(serviceId))) {
            boolean probed = isAgents(check.path("Notes").asText());
            checks.put(serviceId, StandingCheck.of(check.path("Status").asText(), probed));
        }
    }

    static StandingCheck standing(HealthCheck check) {
        return StandingCheck.of(check.getStatus(), isAgents(check.getNotes().orElse("")));
    }

    /** Whether the agent sets it, and not we. */
    static boolean isAgents(String notes) {
        return notes.startsWith(PROBED) || notes.startsWith(FOLLOWS);
    }

    /** The check of a sidecar proxy, which says what that of its node's service says. */
    static ObjectNode following(ServiceEntry sidecar, CheckStatus status) {
        return WireJson.PLAIN.createObjectNode()
                .put("CheckID", ServiceDefinition.checkId(sidecar.id()))
                .put("Name", "Node health")
                .put("Notes", FOLLOWS + sidecar.proxied().serviceId())
                .put("AliasService", sidecar.proxied().serviceId())
                .put("Status", status.wireName());
    }

    /** @param probed whether the agent is to probe the health endpoint */
    static RegCheck of(
            ServiceEntry entry, CheckStatus status, ConsulSettings settings, String registryId, boolean probed) {
        ImmutableRegCheck.Builder check = ImmutableRegCheck.builder()
                .id(ServiceDefinition.checkId(entry.id()))
                .name("Node health")
                .status(status.wireName());
        return !probed
                ? check.ttl(NEVER)
                        .notes(entry.callable()
                                ? "Set by registry " + registryId + " from the node's lease and what it reports"
                                : "Critical by registry " + registryId
                                        + ": no endpoint of the node has a callable address")
                        .build()
                : check.http(entry.healthUrl())
                        .interval(settings.checkInterval().toMillis() + "ms")
                        .timeout(settings.requestTimeout().toMillis() + "ms")
                        .notes(PROBED + "; registered by registry " + registryId)
                        .build();
    }

    /** Sets a check without a probe: registered again, it keeps the status it had. */
    static void report(AgentClient agent, String serviceId, CheckStatus status, String output) {
        State state = switch (status) {
            case PASSING -> State.PASS;
            case WARNING -> State.WARN;
            case CRITICAL -> State.FAIL;
        };
        try {
            agent.check(ServiceDefinition.checkId(serviceId), state, output);
        } catch (NotRegisteredException e) {
            throw new CatalogUnavailableException("Consul's agent lost the check of a service just registered", e);
        }
    }

    /** The service's check. */
    static StandingCheck standing(AgentClient agent, String serviceId) {
        HealthCheck check = find(agent, serviceId);
        return check == null ? StandingCheck.MISSING : standing(check);
    }

    /** Why the node of the service is cordoned, as its check says; {@code null} where it does not. */
    static String cordon(AgentClient agent, String serviceId, String registryId) {
        HealthCheck check = find(agent, serviceId);
        return check == null || standing(check).probed()
                ? null
                : ServiceDefinition.cordon(check.getOutput().orElse(""), registryId);
    }

    private static HealthCheck find(AgentClient agent, String serviceId) {
        String checkId = ServiceDefinition.checkId(serviceId);
        // Consul's filters know two quotation marks and no escape
        String quote = checkId.contains("\"") ? "`" : "\"";
        QueryOptions options = checkId.contains(quote)
                ? QueryOptions.BLANK
                : ImmutableQueryOptions.builder().filter("CheckID == " + quote + checkId + quote).build();
        return agent.getChecks(options).get(checkId);
    }

    /**
     * Whether the agent can be asked about the id, which stands in a path: it answers a path with empty or dot
     * segments with a redirect to another, however they are encoded.
     */
    static boolean isNameable(String nodeId) {
        String path = "/" + nodeId;
        return !path.contains("//") && !(path + "/").matches("(?s).*/\\.{1,2}/.*");
    }
}
