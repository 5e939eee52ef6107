// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A node's health endpoint on a port of its own on loopback; it answers well at first. Safe from many threads. */
final class HealthEndpoint implements AutoCloseable {

    /** Answers one request. */
    interface Behaviour {
        void answer(HttpExchange exchange) throws IOException;
    }

    private static final int CHUNK = 64 << 10;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "health-endpoint");
        thread.setDaemon(true);
        return thread;
    });
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicLong written = new AtomicLong();
    private volatile Behaviour behaviour;

    HealthEndpoint() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        answers(200);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestURI().toString());
            try (exchange) {
                behaviour.answer(exchange);
            }
        });
        server.start();
    }

    /** From now on it answers with this status and nothing else. */
    void answers(int status) {
        behaviour = exchange -> exchange.sendResponseHeaders(status, -1);
    }

    /** From now on it redirects all requests to another place. */
    void redirectsTo(String url) {
        behaviour = exchange -> {
            exchange.getResponseHeaders().set("Location", url);
            exchange.sendResponseHeaders(302, -1);
        };
    }

    /** From now on it takes requests and does not answer. */
    void answersNever() {
        behaviour = exchange -> {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** From now on it answers with a body of so many bytes. */
    void sends(long bytes) {
        behaviour = exchange -> {
            exchange.sendResponseHeaders(200, bytes);
            OutputStream body = exchange.getResponseBody();
            for (long sent = 0; sent < bytes; sent += CHUNK) {
                body.write(new byte[(int) Math.min(CHUNK, bytes - sent)]);
                written.addAndGet(CHUNK);
            }
        };
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** Path and query of each request so far. */
    List<String> requests() {
        return requests;
    }

    /** Bytes of bodies that the system took so far, of all requests. */
    long written() {
        return written.get();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
        try {
            threads.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
