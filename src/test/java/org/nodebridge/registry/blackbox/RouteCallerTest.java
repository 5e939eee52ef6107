// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The caller of the docs, before a registry that answers at first. */
class RouteCallerTest {

    private static final URI FIRST = URI.create("http://10.0.0.1:8080/");
    private static final URI SECOND = URI.create("http://10.0.0.2:8080/");

    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean answers = true;
    private HttpServer registry;

    @BeforeEach
    void start() throws IOException {
        byte[] answer = ("{\"candidates\": [{\"endpoints\": {\"api\": \"" + FIRST + "\"}}, {\"endpoints\": {\"api\": \""
                + SECOND + "\"}}]}").getBytes(UTF_8);
        registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        registry.createContext("/api/v1/route", exchange -> {
            asked.incrementAndGet();
            boolean well = answers;
            exchange.sendResponseHeaders(well ? 200 : 503, well ? answer.length : -1);
            if (well) {
                exchange.getResponseBody().write(answer);
            }
            exchange.close();
        });
        registry.start();
    }

    @AfterEach
    void stop() {
        registry.stop(0);
    }

    @Test
    void asksOnceForSomeCallsAndGoesOnWithTheLastAnswerWhileThereIsNone() throws InterruptedException {
        RouteCaller caller = new RouteCaller(
                "http://127.0.0.1:" + registry.getAddress().getPort(), "capability=transform", "Bearer none");

        // it has no address, and throws, until an answer has come within its two seconds
        eventually().until(() -> caller.next().equals(FIRST));
        answers = false;
        int before = asked.get();
        assertThat(caller.next()).isEqualTo(SECOND);
        assertThat(caller.next()).isEqualTo(FIRST);
        eventually().until(() -> caller.next() != null && asked.get() > before);
        assertThat(caller.next()).isIn(FIRST, SECOND);
    }
}
