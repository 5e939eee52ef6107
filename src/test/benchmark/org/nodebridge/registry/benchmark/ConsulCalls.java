// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.catalog.consul.TransactionBodies;
import org.nodebridge.registry.event.NodeEvent.Introduced;

/** Consul's HTTP interface with nothing around it. Safe for many threads. */
final class ConsulCalls {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a blocking query gave, and the index from which to wait on. */
    record Changed(JsonNode body, long index) {}

    private final String url;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ConsulCalls(String url) {
        this.url = url;
    }

    void transact(byte[] body) throws IOException, InterruptedException {
        put("/v1/txn", body);
    }

    /** Registers the node with the agent as the design does, with a check that the agent runs itself. */
    void registerWithAgent(Introduced introduced) throws IOException, InterruptedException {
        ServiceEntry entry = TransactionBodies.entry(introduced, "design");
        ObjectNode service = JSON.createObjectNode().put("Name", entry.name());
        describe(service, entry);
        service.putObject("Check").put("HTTP", entry.healthUrl()).put("Interval", "10s").put("Timeout", "5s");
        put("/v1/agent/service/register", JSON.writeValueAsBytes(service));
    }

    /** Registers the node as catalog mode does, but by a call of Consul's catalog for it alone. */
    void registerInCatalog(Introduced introduced) throws IOException, InterruptedException {
        ServiceEntry entry = TransactionBodies.entry(introduced, "catalog");
        ObjectNode node = JSON.createObjectNode()
                .put("Node", "catalog")
                .put("Address", "127.0.0.1")
                .put("SkipNodeUpdate", true);
        describe(node.putObject("Service").put("Service", entry.name()), entry);
        node.putObject("Check")
                .put("Node", "catalog")
                .put("CheckID", "service:" + entry.id())
                .put("Name", "Node health")
                .put("ServiceID", entry.id())
                .put("Status", "passing");
        put("/v1/catalog/register", JSON.writeValueAsBytes(node));
    }

    private static void describe(ObjectNode service, ServiceEntry entry) {
        service.put("ID", entry.id()).put("Address", entry.address()).put("Port", entry.port());
        service.set("Tags", JSON.valueToTree(entry.tags()));
        service.set("Meta", JSON.valueToTree(entry.meta()));
    }

    /** Waits for a change after the index, ten seconds at most. */
    Changed changed(String path, long index) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path + "?index=" + index + "&wait=10s"))
                .timeout(Duration.ofSeconds(30))
                .build();
        HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
        return new Changed(
                JSON.readTree(answer.body()),
                answer.headers().firstValueAsLong("X-Consul-Index").orElse(0));
    }

    private void put(String path, byte[] body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(60))
                .PUT(BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("Consul answers " + path + " by " + answer.statusCode() + ": " + answer.body());
        }
    }
}
