// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.nodebridge.registry.servers.FreePorts;

/** A node that can be called for its id and for a metric, by HTTP on the loopback address. */
final class CallableNode implements AutoCloseable {

    private final String id;
    private final HttpServer server;

    private CallableNode(String id, HttpServer server) {
        this.id = id;
        this.server = server;
    }

    /** One that listens and that nobody has heard of. */
    static CallableNode listening(String id) {
        try {
            HttpServer server =
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.one()), 0);
            answer(server, "/", id);
            answer(server, "/metrics", "node_calls_total 1\n");
            server.start();
            return new CallableNode(id, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void answer(HttpServer server, String path, String body) {
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(200, body.length());
            exchange.getResponseBody().write(body.getBytes(UTF_8));
            exchange.close();
        });
    }

    String id() {
        return id;
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Where it is called, and what Prometheus calls it. */
    String address() {
        return "127.0.0.1:" + port();
    }

    /** Registers it with one capability. */
    void register(Registry registry, String nodeType, String capability) {
        ObjectNode payload = Json.object("{'capabilities': {}, 'metadata': {}}")
                .put("node_id", id)
                .put("node_type", nodeType);
        payload.withObject("/capabilities").putObject(capability);
        payload.withObject("/endpoints")
                .put("api", "http://" + address() + "/")
                .put("metrics", "http://" + address() + "/metrics");
        Answer answer = registry.post("/api/v1/registrations", payload);
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }

    void beat(Registry registry, String healthStatus) {
        Answer answer = registry.post(
                "/api/v1/registrations/" + id + "/heartbeat",
                Json.object("{}").put("health_status", healthStatus));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    }

    void cordon(Registry registry) {
        Answer answer = registry.cordon(id, "maintenance");
        assertThat(answer.status()).as(answer.body()).isBetween(200, 299);
    }

    void uncordon(Registry registry) {
        assertThat(registry.delete("/api/v1/registrations/" + id + "/cordon").status()).isBetween(200, 299);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
