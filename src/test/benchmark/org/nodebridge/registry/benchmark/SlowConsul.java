// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Stands for a Consul with room that is far away: takes any number of transactions at once, answers each after the same
 * time, and keeps nothing.
 */
final class SlowConsul implements AutoCloseable {

    private static final Map<String, String> READS = Map.of(
            "/v1/agent/self", "{\"Config\":{\"Version\":\"1.8.7\"}}",
            "/v1/status/leader", "\"127.0.0.1:8300\"");

    private final Duration delay;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);

    SlowConsul(Duration delay) throws IOException {
        this.delay = delay;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::read);
        server.createContext("/v1/txn", this::transact);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void read(HttpExchange exchange) {
        answer(exchange, READS.getOrDefault(exchange.getRequestURI().getPath(), "null"));
    }

    private void transact(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        clock.schedule(
                () -> threads.execute(() -> answer(exchange, "{\"Results\":[],\"Errors\":null}")),
                delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void answer(HttpExchange exchange, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        clock.shutdownNow();
        threads.shutdownNow();
    }
}
