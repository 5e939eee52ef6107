// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Where the nodes of a test are asked for their health: {@code /health/<node id>} on one port of this machine. Answers
 * 200 for who is well, 503 for who is down and 404 for who is unknown, and never answers for a frozen one.
 */
final class HealthEndpoints implements AutoCloseable {

    /** What becomes of a question. */
    enum State {
        WELL,
        DOWN,
        FROZEN
    }

    private static final String PATH = "/health/";

    private final Map<String, State> states = new ConcurrentHashMap<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    HealthEndpoints() {
        try {
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext(PATH, this::answer);
        server.start();
    }

    /** The id must be such as may stand in a path. */
    String url(String nodeId) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + PATH + nodeId;
    }

    void set(String nodeId, State state) {
        states.put(nodeId, state);
    }

    /** How often the node has been asked. */
    int asked(String nodeId) {
        return asked.getOrDefault(nodeId, 0);
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String nodeId = exchange.getRequestURI().getPath().substring(PATH.length());
        asked.merge(nodeId, 1, Integer::sum);
        State state = states.get(nodeId);
        try (exchange) {
            if (state == State.FROZEN) {
                closed.await();
            }
            exchange.sendResponseHeaders(state == State.WELL ? 200 : state == null ? 404 : 503, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
