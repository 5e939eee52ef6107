package org.nodebridge.registry.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.ConsulSettings.Mode;

class ConsulHttpTest {

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
            client(consul, Duration.ofSeconds(5)).get("/v1/x");

            assertThat(consul.requests()).extracting(FakeConsul.Request::token).containsOnlyNulls();
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

            caller.join(10_000);
            assertThat(thrown.get())
                    .isInstanceOf(CatalogUnavailableException.class)
                    .hasMessageContaining("interrupted");
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
                    client(endless, Duration.ofSeconds(20)).put("/v1/txn", new byte[] {'[', ']'});

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).hasSize((1 << 20) + 1);
        }
    }

    @Test
    void isUnavailableWhenTheAnswerIsNoJson() throws IOException {
        try (FakeConsul consul = new FakeConsul(exchange -> FakeConsul.answer(exchange, 200, "<html>"))) {
            assertThatThrownBy(() -> client(consul, Duration.ofSeconds(5)).get("/v1/x"))
                    .isInstanceOf(CatalogUnavailableException.class)
                    .hasMessageContaining("no JSON");
        }
    }

    @Test
    void reachesAnAddressOfVersionSix() {
        assertThat(ConsulHttp.base(Samples.settings(Mode.CATALOG, "::1", 8500, "")))
                .hasToString("http://[::1]:8500/");
    }

    @Test
    void namesTheSettingOfAHostThatIsNone() {
        assertThatThrownBy(() -> ConsulHttp.base(Samples.settings(Mode.CATALOG, "my_host", 8500, "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("registry.consul.host");
    }
}
