// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nodebridge.registry.servers.FreePorts;

/** Where simulated nodes are asked for their health: {@code /nodes/<id>/health} answers 200 while that one is there. */
final class FleetEndpoint {

    private static final int USUAL_PORT = 9180;

    private final Set<String> present = ConcurrentHashMap.newKeySet();
    private final int port = FreePorts.preferring(USUAL_PORT);
    private final HttpServer server;

    FleetEndpoint() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/nodes/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    void show(String nodeId) {
        present.add(nodeId);
    }

    void hide(String nodeId) {
        present.remove(nodeId);
    }

    void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/");
        boolean there = path.length > 2 && present.contains(path[2]);
        byte[] body = (there ? "{\"status\":\"healthy\"}" : "{\"status\":\"gone\"}").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(there ? 200 : 404, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
