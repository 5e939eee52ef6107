// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The query as it is to be.
 *
 * @param name what the names of our services begin with
 * @param registryId letters, digits, hyphens and underscores, so that it means itself in a regular expression
 * @param datacenters asked in this order where no node of the caller's own can be called
 */
record QueryTemplate(String name, String registryId, List<String> datacenters) {

    private static final String OWNER = "/Template/Regexp";

    /** What decides what callers get. Consul's later versions may fill in other fields, which are theirs. */
    private static final List<String> MEANING = List.of(
            "/Session", "/Token", "/Template/Type", "/Template/RemoveEmptyTags", "/Service/Service",
            "/Service/Failover/NearestN", "/Service/Failover/Datacenters", "/Service/Failover/Targets",
            "/Service/OnlyPassing", "/Service/Near", "/Service/Tags", "/Service/NodeMeta", "/Service/ServiceMeta",
            "/Service/IgnoreCheckIDs", "/Service/Connect", "/DNS/TTL");

    /** In the form of Consul's HTTP interface. */
    ObjectNode json() {
        ObjectNode query = JsonNodeFactory.instance.objectNode().put("Name", name);
        query.putObject("Template").put("Type", "name_prefix_match").put("Regexp", mark());
        ObjectNode service = query.putObject("Service").put("Service", "${name.full}");
        datacenters.forEach(service.putObject("Failover").putArray("Datacenters")::add);
        return query;
    }

    byte[] body() {
        return json().toString().getBytes(UTF_8);
    }

    /** Whether the query has this name; Consul's index knows no case. */
    boolean isNamedBy(JsonNode query) {
        return query.path("Name").asText().equalsIgnoreCase(name);
    }

    /** Whether this registry has installed the query, however it is called. */
    boolean isOurs(JsonNode query) {
        return query.at(OWNER).asText().equals(mark());
    }

    /** Whether callers get the intended answer from it, regardless of who has installed it. */
    boolean meansTheSameAs(JsonNode query) {
        JsonNode wanted = json();
        return MEANING.stream().allMatch(field -> sameOrBothEmpty(wanted.at(field), query.at(field)));
    }

    private static boolean sameOrBothEmpty(JsonNode one, JsonNode other) {
        return isEmpty(one) ? isEmpty(other) : one.equals(other);
    }

    private static boolean isEmpty(JsonNode field) {
        return field.isMissingNode() || field.isNull()
                || (field.isContainerNode() ? field.isEmpty() : List.of("", "0", "false").contains(field.asText()));
    }

    private String mark() {
        return "^node-bridge-registry:" + registryId + "$";
    }
}
