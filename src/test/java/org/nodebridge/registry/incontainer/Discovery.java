// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.incontainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.nodebridge.registry.config.ConsulSettings;

/** Looks at Consul's catalog by plain HTTP, not by what is under test. */
public final class Discovery {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;

    public Discovery(ConsulSettings consul) {
        base = "http://" + consul.host() + ":" + consul.port();
    }

    /** The node's service; missing when there is none. */
    public JsonNode of(NodeOnTheWire node) {
        URI uri = URI.create(base + "/v1/catalog/service/onex-" + node.type().wireName());
        try {
            String body = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
            for (JsonNode service : JSON.readTree(body)) {
                if (service.path("ServiceID").asText().equals(node.nodeId())) {
                    return service;
                }
            }
            return JSON.missingNode();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
