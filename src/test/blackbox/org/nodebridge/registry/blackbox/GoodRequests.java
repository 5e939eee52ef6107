// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.nodebridge.registry.blackbox.Eventually.eventually;
import static org.nodebridge.registry.blackbox.RegistrationsApiIT.payload;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.blackbox.ApiDocument.Operation;

/** A request for each operation with nothing wrong about it, and what it is about: a node, a letter, a replay. */
final class GoodRequests {

    private static final String API = "/api/v1/";

    /** What is asked of each writing operation that needs a body; the examples would really replay everything. */
    private final Map<String, String> bodies;

    private final Map<String, String> ids;
    private final Registry registry;

    GoodRequests(Registry registry) {
        this.registry = registry;
        String node = registered();
        String letter = letter();
        String replay = id("admin", "replays", "{'from': 'earliest', 'dry_run': true}");
        String reconciliation = id("operator", "reconciliations", "{'dry_run': true}");
        ids = Map.ofEntries(
                Map.entry("getDeadLettersId", letter), Map.entry("getReplaysId", replay),
                Map.entry("deleteReplaysId", replay), Map.entry("getReconciliationsId", reconciliation),
                Map.entry("getRegionsRegionRegistrations", "us"), Map.entry("deleteRegionsRegion", "contract"),
                Map.entry("deleteRegistrationsNodeId", registered()), Map.entry("getRegistrationsNodeId", node),
                Map.entry("getRegistrationsNodeIdHistory", node),
                Map.entry("getRegistrationsNodeIdExplanation", node),
                Map.entry("postRegistrationsNodeIdHeartbeat", node),
                Map.entry("putRegistrationsNodeIdCordon", node), Map.entry("deleteRegistrationsNodeIdCordon", node));
        bodies = Map.of(
                "putRegistrationsNodeIdCordon", "{'reason': 'of the contract'}",
                "postCordons", "{'action': 'cordon', 'regions': ['nowhere'], 'reason': 'of the contract'}",
                "postDeadLettersReplay", "{'ids': ['" + letter + "'], 'dry_run': true}",
                "postPreservationConfirm", "{'node_type': 'compute', 'region': 'nowhere'}",
                "postReconciliations", "{'dry_run': true}",
                "postIntrospectionRequests", "{'timeout_ms': 1, 'target_node_types': ['orchestrator']}",
                "postRegistrations", payload(Registry.uniqueId("contract")).toString(),
                "postRegistrationsBatch", payload(Registry.uniqueId("contract")) + "\n",
                "postRegistrationsNodeIdHeartbeat", "{'health_status': 'healthy'}",
                "postReplays", "{'from': 'earliest', 'dry_run': true}");
    }

    /**
     * Which answers are good ones: where nothing is held or under way, that is said with a conflict, and here no node
     * has an owner.
     */
    static Set<Integer> statuses(Operation operation) {
        return switch (operation.id()) {
            case "postRegistrations" -> Set.of(201);
            case "postReplays", "deleteReplaysId" -> Set.of(202, 409);
            case "postPreservationConfirm" -> Set.of(409);
            case "deleteRegistrationsNodeIdOwner", "getRegionsRegionRegistrationsNodeId" -> Set.of(404);
            default -> Set.of(200);
        };
    }

    String id(Operation operation) {
        return ids.getOrDefault(operation.id(), "none");
    }

    String body(Operation operation) {
        return bodies.getOrDefault(operation.id(), "{}").replace('\'', '"');
    }

    /** By somebody who may do all. */
    HttpRequest.Builder request(Operation operation) {
        String query = operation.id().equals("deleteRegistrations") ? "?node_id=" + registered() : "";
        return request(operation, id(operation), query, operation.bodyType(), body(operation).getBytes(UTF_8));
    }

    /** The same with other parts, by somebody who may do all. */
    HttpRequest.Builder request(Operation operation, String id, String query, String bodyType, byte[] body) {
        HttpRequest.Builder request =
                Registry.as("admin", registry.request(operation.pathWith(Registry.encoded(id)) + query));
        return operation.json().has("requestBody")
                ? request.header("Content-Type", bodyType)
                        .method(operation.method(), BodyPublishers.ofByteArray(body))
                : request.method(operation.method(), BodyPublishers.noBody());
    }

    private String registered() {
        String id = Registry.uniqueId("contract");
        registry.post(API + "registrations", payload(id));
        return id;
    }

    private String letter() {
        Sent.to(registry, registry.topic(Registry.HEARTBEAT), "contract", "no JSON".getBytes(UTF_8));
        return eventually().until(
                () -> registry.send(Registry.as("operator", registry.request(API + "dead-letters")).GET())
                        .json().at("/dead_letters/0/id").asText(),
                id -> !id.isEmpty());
    }

    private String id(String user, String path, String body) {
        JsonNode answer = eventually().until(
                () -> registry.post(user, API + path, Json.object(body)).json(), json -> json.has("id"));
        return answer.path("id").asText();
    }
}
