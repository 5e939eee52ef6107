// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.nodebridge.registry.servers.ConsulServer;

/** Stands before a real Consul, and leaves open whether what changes something there has happened. */
final class DoubtfulConsul implements AutoCloseable {

    /** What becomes of a write. */
    enum Write {
        /** It is made, and answered. */
        WELL,
        /** It is made, and the answer is 500, as at a change of the leader. */
        MADE_AND_ANSWERED_500,
        /** It is made, and the connection is closed without an answer. */
        MADE_AND_NOT_ANSWERED,
        /** It is not made, and the answer is 500. */
        NOT_MADE_AND_ANSWERED_500
    }

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ConsulServer consul;
    private final FakeConsul front;
    private volatile Write write = Write.WELL;

    DoubtfulConsul(ConsulServer consul) throws IOException {
        this.consul = consul;
        this.front = new FakeConsul(this::handle);
    }

    int port() {
        return front.port();
    }

    /** What becomes of all writes from now on. */
    void does(Write what) {
        write = what;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String uri = exchange.getRequestURI().toString();
        boolean writes = exchange.getRequestMethod().equals("PUT") && !uri.endsWith("?consistent");
        Write what = writes ? write : Write.WELL;
        if (what == Write.NOT_MADE_AND_ANSWERED_500) {
            FakeConsul.answer(exchange, 500, "rpc error making call: EOF");
            return;
        }
        HttpResponse<String> answer = forwarded(exchange.getRequestMethod(), uri);
        switch (what) {
            case WELL -> FakeConsul.answer(exchange, answer.statusCode(), answer.body());
            case MADE_AND_ANSWERED_500 -> FakeConsul.answer(exchange, 500, "rpc error making call: EOF");
            default -> exchange.close();
        }
    }

    /** Of one caller, so that the last request noted is this one. */
    private HttpResponse<String> forwarded(String method, String uri) throws IOException {
        String body = front.requests().get(front.requests().size() - 1).body();
        try {
            return client.send(
                    HttpRequest.newBuilder(URI.create(consul.url() + uri))
                            .method(method, BodyPublishers.ofString(body))
                            .build(),
                    BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        front.close();
    }
}
