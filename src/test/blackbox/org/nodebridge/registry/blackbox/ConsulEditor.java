// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.nodebridge.registry.servers.ServerGroup;

/** Somebody who changes Consul's catalog manually, over its HTTP interface, and looks at what is there. */
final class ConsulEditor {

    private final String url;
    private final String consulNode;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** @param consulNode the Consul node under which the registry's entries stand */
    ConsulEditor(ServerGroup servers, String consulNode) {
        this.url = servers.consul().orElseThrow().url();
        this.consulNode = consulNode;
    }

    /** Service id to service, of everything under the registry's Consul node. */
    Map<String, JsonNode> services() {
        return services(consulNode);
    }

    /** Service id to service, of everything under a Consul node. */
    Map<String, JsonNode> services(String node) {
        Map<String, JsonNode> services = new TreeMap<>();
        get("/v1/catalog/node-services/" + node).path("Services")
                .forEach(service -> services.put(service.path("ID").textValue(), service));
        return services;
    }

    /** Check id to check, of everything under the registry's Consul node. */
    Map<String, JsonNode> checks() {
        Map<String, JsonNode> checks = new TreeMap<>();
        get("/v1/health/node/" + consulNode).forEach(check -> checks.put(check.path("CheckID").textValue(), check));
        return checks;
    }

    /** Writes the service as it is but for the change; its check stays. */
    void edit(String serviceId, Consumer<ObjectNode> change) {
        ObjectNode service = ((ObjectNode) services().get(serviceId)).deepCopy();
        change.accept(service);
        service.remove(java.util.List.of("CreateIndex", "ModifyIndex", "Proxy", "Connect"));
        register(consulNode, service);
    }

    /** Writes a service of any Consul node; the node is made when it is not there. */
    void register(String node, ObjectNode service) {
        ObjectNode registration = Json.object("{'Address': '127.0.0.1', 'SkipNodeUpdate': false}").put("Node", node);
        put("/v1/catalog/register", registration.set("Service", service));
    }

    /** Sets the check of a service of the registry's. */
    void setCheck(String serviceId, String status) {
        setCheck(serviceId, status, "");
    }

    /** @param output what it says for a person */
    void setCheck(String serviceId, String status, String output) {
        ObjectNode registration = Json.object("{'SkipNodeUpdate': true}").put("Node", consulNode);
        registration.putObject("Check")
                .put("Node", consulNode)
                .put("CheckID", "service:" + serviceId)
                .put("Name", "Node health")
                .put("Status", status)
                .put("Output", output)
                .put("ServiceID", serviceId);
        put("/v1/catalog/register", registration.put("Address", "127.0.0.1"));
    }

    /** Writes the service as a transaction does it, which drops what makes a proxy of one. */
    void setByTransaction(String serviceId) {
        ObjectNode operation = Json.object("{}");
        ObjectNode set = operation.putObject("Service").put("Verb", "set").put("Node", consulNode);
        set.set("Service", services().get(serviceId));
        put("/v1/txn", Json.MAPPER.createArrayNode().add(operation));
    }

    /** Whether who calls may call, from now on. */
    void intend(String caller, String service, String action) {
        ObjectNode intention = Json.object("{'SourceType': 'consul'}")
                .put("SourceName", caller).put("DestinationName", service).put("Action", action);
        send(HttpRequest.newBuilder(URI.create(url + "/v1/connect/intentions"))
                .POST(BodyPublishers.ofByteArray(Json.utf8(intention))));
    }

    /** Takes back all that {@link #intend} said. */
    void forgetIntentions() {
        get("/v1/connect/intentions").forEach(intention -> send(HttpRequest.newBuilder(
                URI.create(url + "/v1/connect/intentions/" + intention.path("ID").textValue())).DELETE()));
    }

    /** Service id to what stands there, of the healthy proxies of a service. */
    Map<String, JsonNode> proxies(String service) {
        Map<String, JsonNode> proxies = new TreeMap<>();
        get("/v1/health/connect/" + service + "?passing")
                .forEach(found -> proxies.put(found.at("/Service/ID").textValue(), found));
        return proxies;
    }

    void deregisterService(String serviceId) {
        deregister(consulNode, "ServiceID", serviceId);
    }

    void deregisterService(String node, String serviceId) {
        deregister(node, "ServiceID", serviceId);
    }

    void deregisterCheck(String serviceId) {
        deregister(consulNode, "CheckID", "service:" + serviceId);
    }

    /** Removes the registry's Consul node with all that stands under it. */
    void deregisterNode() {
        put("/v1/catalog/deregister", Json.object("{}").put("Node", consulNode));
    }

    private void deregister(String node, String what, String id) {
        put("/v1/catalog/deregister", Json.object("{}").put("Node", node).put(what, id));
    }

    private JsonNode get(String path) {
        return Json.parse(send(HttpRequest.newBuilder(URI.create(url + path))));
    }

    private void put(String path, JsonNode body) {
        send(HttpRequest.newBuilder(URI.create(url + path)).PUT(BodyPublishers.ofByteArray(Json.utf8(body))));
    }

    private String send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("Consul says " + response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new IllegalStateException("Consul cannot be asked", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
