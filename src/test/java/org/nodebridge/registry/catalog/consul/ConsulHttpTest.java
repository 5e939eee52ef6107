// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.consul.http.ConsulHttp;
import org.nodebridge.registry.config.ConsulSettings.Mode;

class ConsulHttpTest {

    private static final Duration PATIENT = Duration.ofSeconds(60);

    private final CountDownLatch end = new CountDownLatch(1);

    @AfterEach
    void letHandlersEnd() {
        end.countDown();
    }

    private void hang() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ConsulHttp client(FakeConsul consul, Duration timeout) {
        return new ConsulHttp(Samples.settings(consul.port(), timeout));
    }

    @Test
    void readsJsonAndSendsTheToken() throws IOException {
        try (FakeConsul consul = new FakeConsul(exchange -> FakeConsul.answer(exchange, 200, "{\"a\":[1]}"))) {
            ConsulHttp http = new ConsulHttp(Samples.settings(Mode.CATALOG, "127.0.0.1", consul.port(), "t0ken"));

            assertThat(http.get("/v1/x").at("/a/0").asInt()).isEqualTo(1);
            assertThat(consul.requests()).containsExactly(new FakeConsul.Request("GET /v1/x", "t0ken", ""));
        }
    }

    @Test
    void sendsNoTokenWhenThereIsNone() throws IOException {
        try (FakeConsul consul = new FakeConsul(exchange -> FakeConsul.answer(exchange, 200, "1"))) {
            client(consul, PATIENT).get("/v1/x");

            assertThat(consul.requests()).extracting(FakeConsul.Request::token).containsOnlyNulls();
        }
    }

    @Test
    void asksTheNextServerWhereOneDoesNotAnswerAndStaysWithTheOneThatDoes() throws IOException {
        AtomicReference<Integer> status = new AtomicReference<>(500);
        try (FakeConsul first = new FakeConsul(exchange -> FakeConsul.answer(exchange, status.get(), "1"));
                FakeConsul second = new FakeConsul(exchange -> FakeConsul.answer(exchange, 200, "2"))) {
            String servers = "127.0.0.1:" + first.port() + ", 127.0.0.1:" + unused() + ", 127.0.0.1:" + second.port();
            ConsulHttp http = new ConsulHttp(Samples.settings(Mode.CATALOG, servers, 1, ""));

            assertThatThrownBy(() -> http.get("/v1/x")).isInstanceOf(CatalogUnavailableException.class);
            status.set(200);
            assertThatThrownBy(() -> http.get("/v1/x")).isInstanceOf(CatalogUnavailableException.class)
                    .hasMessageContaining("cannot be reached");
            assertThat(http.get("/v1/x").asInt()).isEqualTo(2);
            assertThat(http.get("/v1/x").asInt()).isEqualTo(2);
            assertThat(first.requests()).hasSize(1);
        }
    }

    private static int unused() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    @Test
    void isUnavailableWhenNobodyListens() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ConsulHttp http = new ConsulHttp(Samples.settings(Mode.CATALOG, "127.0.0.1", port, "s3cret"));

        assertThatThrownBy(() -> http.get("/v1/x"))
                .isInstanceOf(CatalogUnavailableException.class)
                .hasMessageContaining("cannot be reached")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void isUnavailableWhenNoAnswerComesInTime() throws IOException {
        try (FakeConsul consul = new FakeConsul(exchange -> hang())) {
            assertThatThrownBy(() -> client(consul, Duration.ofMillis(300)).get("/v1/x"))
                    .isInstanceOf(CatalogUnavailableException.class);
        }
    }

    @Test
    void isUnavailableWhenABodyStalls() throws IOException {
        FakeConsul stalling = new FakeConsul(exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write("{".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            hang();
        });
        try (stalling) {
            assertThatThrownBy(() -> client(stalling, Duration.ofMillis(300)).get("/v1/x"))
                    .isInstanceOf(CatalogUnavailableException.class)
                    .hasMessageContaining("did not answer within");
        }
    }

    @Test
    void isUnavailableAtOnceWhenInterrupted() throws Exception {
        try (FakeConsul consul = new FakeConsul(exchange -> hang())) {
            ConsulHttp http = client(consul, Duration.ofMinutes(5));
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            Thread caller = new Thread(() -> {
                try {
                    http.get("/v1/x");
                } catch (RuntimeException e) {
                    thrown.set(e);
                }
            });
            caller.start();
            await().until(() -> consul.requests().size() == 1);

            caller.interrupt();

            caller.join(PATIENT.toMillis());
            assertThat(thrown.get())
                    .isInstanceOf(CatalogUnavailableException.class)
                    .hasMessageContaining("interrupted");
        }
    }

    @Test
    void readsAListElementByElement() throws IOException {
        String json = "{\"Node\":{\"Services\":[9]},\"Services\":[{\"ID\":\"a\"},{\"ID\":\"b\"}],\"More\":[1]}";
        try (FakeConsul consul = new FakeConsul(exchange -> FakeConsul.answer(exchange, 200, json))) {
            List<String> ids = new ArrayList<>();
            client(consul, PATIENT)
                    .each("/v1/x", "Services", service -> ids.add(service.path("ID").asText()));

            assertThat(ids).containsExactly("a", "b");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "{\"Services\":null}", "{\"Services\":[]}"})
    void findsNoElementsWhereConsulHasNone(String json) throws IOException {
        try (FakeConsul consul = new FakeConsul(exchange -> FakeConsul.answer(exchange, 200, json))) {
            client(consul, PATIENT).each("/v1/x", "Services", service -> {
                throw new AssertionError(service);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "[1,", "[{\"ID\":\"a\"}", "{\"Services\":[1"})
    void isUnavailableWhenAListEndsTooEarly(String json) throws IOException {
        try (FakeConsul consul = new FakeConsul(exchange -> FakeConsul.answer(exchange, 200, json))) {
            ConsulHttp http = client(consul, PATIENT);

            assertThatThrownBy(() -> http.each("/v1/x", json.startsWith("{") ? "Services" : null, element -> {}))
                    .isInstanceOf(CatalogUnavailableException.class);
        }
    }

    @Test
    void endsReadingAListThatStallsAtOnceWhenInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        FakeConsul stalling = new FakeConsul(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("[1, 2,".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            begun.countDown();
            hang();
        });
        try (stalling) {
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            AtomicBoolean stillInterrupted = new AtomicBoolean();
            Thread caller = new Thread(() -> {
                try {
                    client(stalling, Duration.ofMinutes(5)).each("/v1/x", null, element -> {});
                } catch (RuntimeException e) {
                    thrown.set(e);
                }
                stillInterrupted.set(Thread.currentThread().isInterrupted());
            });
            caller.start();
            begun.await();
            await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);

            caller.interrupt();

            caller.join(PATIENT.toMillis());
            assertThat(thrown.get()).isInstanceOf(CatalogUnavailableException.class);
            assertThat(stillInterrupted).as("what a retry would begin with").isFalse();
        }
    }

    @Test
    void readsNoMoreOfAnErrorThanItsBound() throws IOException {
        FakeConsul endless = new FakeConsul(exchange -> {
            exchange.sendResponseHeaders(400, 0);
            byte[] chunk = "x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8);
            while (end.getCount() > 0) {
                exchange.getResponseBody().write(chunk);
            }
        });
        try (endless) {
            ConsulHttp.Answer answer =
                    client(endless, PATIENT).put("/v1/txn", new byte[] {'[', ']'});

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).hasSize((1 << 20) + 1);
        }
    }

    @Test
    void isUnavailableWhenTheAnswerIsNoJson() throws IOException {
        try (FakeConsul consul = new FakeConsul(exchange -> FakeConsul.answer(exchange, 200, "<html>"))) {
            assertThatThrownBy(() -> client(consul, PATIENT).get("/v1/x"))
                    .isInstanceOf(CatalogUnavailableException.class)
                    .hasMessageContaining("no JSON");
        }
    }

    @Test
    void reachesAnAddressOfVersionSix() {
        assertThat(ConsulHttp.servers(Samples.settings(Mode.CATALOG, "::1, [fe80::2], [::3]:85", 8500, "")))
                .extracting(HttpUrl::toString)
                .containsExactly("http://[::1]:8500/", "http://[fe80::2]:8500/", "http://[::3]:85/");
    }

    @Test
    void namesTheSettingOfAHostThatIsNone() {
        assertThatThrownBy(() -> ConsulHttp.servers(Samples.settings(Mode.CATALOG, "my_host", 8500, "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("registry.consul.host");
    }
}
