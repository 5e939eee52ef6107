// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp.Answer;
import org.nodebridge.registry.catalog.consul.http.ConsulRefusal;
import org.nodebridge.registry.event.WireJson;

/**
 * Reads one entry with its check by a transaction that only gets: Consul finds both by their ids, while its lists go
 * through everything that stands under the node, filtered or not. It writes no log entry for it.
 */
final class EntryLookup {

    private static final int LONGEST_ANSWER = 4 << 20;

    private final String consulNode;
    private final String serviceId;

    EntryLookup(String consulNode, String serviceId) {
        this.consulNode = consulNode;
        this.serviceId = serviceId;
    }

    /** The service of this very id, regardless of who wrote it. What the token may not read counts as absent. */
    Optional<CatalogInstance> in(ConsulHttp consul) {
        Answer answer = ask(consul, service(consulNode, serviceId), check(consulNode, serviceId));
        if (answer.status() == 409 && lacks(answer, 1) && !lacks(answer, 0)) {
            answer = ask(consul, service(consulNode, serviceId)); // the service without a check
        }
        if (answer.status() == 409 && lacks(answer, 0)) {
            return Optional.empty();
        }
        if (answer.status() != 200) {
            throw ConsulRefusal.of(answer);
        }
        List<JsonNode> results = results(answer);
        List<JsonNode> checks = results.stream().map(result -> result.path("Check")).toList();
        return results.stream()
                .map(result -> result.path("Service"))
                .filter(JsonNode::isObject)
                .map(service -> ConsulEntries.instance(consulNode, service, ConsulEntries.checks(checks)))
                // Consul looks for it in any case
                .filter(instance -> instance.serviceId().equals(serviceId))
                .findFirst();
    }

    /** The results of those of the operations, which must only get, that find something. */
    static List<JsonNode> found(ConsulHttp consul, List<JsonNode> operations) {
        if (operations.isEmpty()) {
            return List.of();
        }
        Answer answer = ask(consul, operations.toArray(JsonNode[]::new));
        if (answer.status() == 409) { // it says of each what is not there, and nothing of what is
            Answer lacking = answer;
            List<JsonNode> there = IntStream.range(0, operations.size())
                    .filter(i -> !lacks(lacking, i))
                    .mapToObj(operations::get)
                    .toList();
            if (there.isEmpty()) {
                return List.of();
            }
            answer = ask(consul, there.toArray(JsonNode[]::new));
        }
        if (answer.status() != 200) {
            throw ConsulRefusal.of(answer);
        }
        return results(answer);
    }

    /** A transaction of these operations, which must only get. */
    private static Answer ask(ConsulHttp consul, JsonNode... operations) {
        ArrayNode transaction = WireJson.PLAIN.createArrayNode();
        for (JsonNode operation : operations) {
            transaction.add(operation);
        }
        return consul.put("/v1/txn?consistent", transaction.toString().getBytes(StandardCharsets.UTF_8),
                LONGEST_ANSWER);
    }

    /** The operation that gets a service. */
    static JsonNode service(String consulNode, String serviceId) {
        var get = WireJson.PLAIN.createObjectNode().put("Verb", "get").put("Node", consulNode);
        get.putObject("Service").put("ID", serviceId);
        return WireJson.PLAIN.createObjectNode().set("Service", get);
    }

    /** The operation that gets the check of a service. */
    static JsonNode check(String consulNode, String serviceId) {
        var get = WireJson.PLAIN.createObjectNode().put("Verb", "get");
        get.putObject("Check").put("Node", consulNode).put("CheckID", ServiceDefinition.checkId(serviceId));
        return WireJson.PLAIN.createObjectNode().set("Check", get);
    }

    /** Whether Consul says that what an operation asks for is not there. */
    private static boolean lacks(Answer answer, int operation) {
        for (JsonNode error : tree(answer).path("Errors")) {
            if (error.path("OpIndex").asInt(-1) == operation) {
                return error.path("What").asText().endsWith("doesn't exist");
            }
        }
        return false;
    }

    private static List<JsonNode> results(Answer answer) {
        return StreamSupport.stream(tree(answer).path("Results").spliterator(), false).toList();
    }

    private static JsonNode tree(Answer answer) {
        try {
            return WireJson.PLAIN.readTree(answer.body());
        } catch (IOException e) {
            throw new CatalogUnavailableException("Consul's answer to /v1/txn is no JSON", e);
        }
    }
}
