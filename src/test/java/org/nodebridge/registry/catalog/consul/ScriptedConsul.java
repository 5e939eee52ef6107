// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/** A Consul that answers transactions as a test says, counts them, and is otherwise well. */
final class ScriptedConsul implements AutoCloseable {

    private static final int STALLED = -1;

    private final HttpServer server;
    private final AtomicInteger transactions = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger mostUnderWay = new AtomicInteger();
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile IntUnaryOperator script = number -> 200;

    ScriptedConsul(int port, ExecutorService threads) throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> answer(exchange, 200, "{\"Config\":{\"Version\":\"1.8.7\"}}"));
        server.createContext("/v1/txn", this::transaction);
        server.start();
    }

    /** Answers every transaction from now on with this status, and counts from nothing. */
    void answers(int status) {
        answers(number -> status);
    }

    /** Answers by the number of the transaction, from 1, and counts from nothing. */
    void answers(IntUnaryOperator statusOfNumber) {
        transactions.set(0);
        script = statusOfNumber;
    }

    /** Answers no transaction until this server is closed. */
    void stalls() {
        answers(STALLED);
    }

    int transactions() {
        return transactions.get();
    }

    int underWay() {
        return underWay.get();
    }

    /** The most transactions there have been at one time. */
    int mostUnderWay() {
        return mostUnderWay.get();
    }

    private void transaction(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        int status = script.applyAsInt(transactions.incrementAndGet());
        mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
        try {
            if (status == STALLED) {
                released.await();
            }
            answer(exchange, status == STALLED ? 200 : status, "{\"Results\":[],\"Errors\":[]}");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            underWay.decrementAndGet();
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** Lets every stalled transaction go. */
    void release() {
        released.countDown();
    }

    @Override
    public void close() {
        release();
        server.stop(0);
    }
}
