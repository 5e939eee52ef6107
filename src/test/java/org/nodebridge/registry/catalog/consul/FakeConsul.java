// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers at Consul's address with what a test wants Consul to say. */
final class FakeConsul implements AutoCloseable {

    /** What was asked: {@code PUT /v1/txn}, and with which token. */
    record Request(String line, String token, String body) {}

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    FakeConsul(HttpHandler handler) throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(new Request(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                    exchange.getRequestHeaders().getFirst("X-Consul-Token"),
                    body));
            handler.handle(exchange);
        });
        server.start();
    }

    /** A Consul of the version that answers transactions so. */
    static FakeConsul ofVersion(String version, int status, String body) throws IOException {
        return new FakeConsul(exchange -> {
            if (exchange.getRequestURI().getPath().equals("/v1/agent/self")) {
                answer(exchange, 200, "{\"Config\":{\"Version\":\"" + version + "\"}}");
            } else {
                answer(exchange, status, body);
            }
        });
    }

    static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    int port() {
        return server.getAddress().getPort();
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    long count(String line) {
        return requests.stream().filter(request -> request.line().equals(line)).count();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
