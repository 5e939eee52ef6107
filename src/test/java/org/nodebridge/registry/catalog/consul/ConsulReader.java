// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.servers.ConsulServer;

/** Consul asked by plain HTTP, so that what we wrote is not read back by what wrote it. */
final class ConsulReader {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;
    private final String token;

    ConsulReader(ConsulServer consul, String token) {
        this.base = consul.url();
        this.token = token;
    }

    JsonNode get(String path) {
        return send(request(path).GET());
    }

    JsonNode put(String path, JsonNode body) {
        return send(request(path).PUT(BodyPublishers.ofString(body.toString())));
    }

    /** The service of a node in the catalog, under any node; missing when there is none. */
    JsonNode service(String name, String nodeId) {
        for (JsonNode service : get("/v1/catalog/service/" + name)) {
            if (service.path("ServiceID").asText().equals(ServiceId.of(nodeId))) {
                return service;
            }
        }
        return JSON.missingNode();
    }

    /** The check of the service of a node; missing when there is none. */
    JsonNode check(String name, String nodeId) {
        for (JsonNode check : get("/v1/health/checks/" + name)) {
            if (check.path("ServiceID").asText().equals(ServiceId.of(nodeId))) {
                return check;
            }
        }
        return JSON.missingNode();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("X-Consul-Token", token);
    }

    private JsonNode send(HttpRequest.Builder request) {
        try {
            return JSON.readTree(client.send(request.build(), BodyHandlers.ofString()).body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
