// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {

    private static final int ALL = 1024 * 1024;

    private final BodyBudget budget = new BodyBudget(ALL, ALL, Duration.ofMillis(200));

    @Test
    void letsAllRequestsTogetherTakeNoMoreThanThereIs() throws IOException {
        BodyBudget.Share one = budget.share();
        BodyBudget.Share other = budget.share();
        one.take(ALL / 2);
        other.take(ALL / 2);

        assertThatThrownBy(() -> budget.share().take(1)).isInstanceOf(TooManyBodiesException.class);
        assertThatThrownBy(() -> one.take(1024)).isInstanceOf(TooManyBodiesException.class);

        other.close();
        assertThatCode(() -> budget.share().take(ALL / 2)).doesNotThrowAnyException();
    }

    @Test
    void givesBackWhatWasTakenInParts() throws IOException {
        for (int requests = 0; requests < 1_000; requests++) {
            try (BodyBudget.Share share = budget.share()) {
                for (int part = 0; part < 100; part++) {
                    share.take(1_500);
                }
            }
        }

        assertThatCode(() -> budget.share().take(ALL)).doesNotThrowAnyException();
    }

    @Test
    void waitsALittleForThoseThatAreServed() throws IOException {
        BodyBudget patient = new BodyBudget(ALL, ALL, Duration.ofSeconds(60));
        BodyBudget.Share first = patient.share();
        first.take(ALL);
        CompletableFuture<Void> second = new CompletableFuture<>();
        Thread waiting = new Thread(() -> {
            try {
                patient.share().take(ALL);
                second.complete(null);
            } catch (IOException e) {
                second.completeExceptionally(e);
            }
        });
        waiting.start();

        first.close();

        second.join();
    }

    @Test
    void takesABodyAloneThatNeedsMoreThanThereIsForAll() throws IOException {
        try (BodyBudget.Share large = budget.share()) {
            large.take(3 * ALL);
            assertThatThrownBy(() -> budget.share().take(1)).isInstanceOf(TooManyBodiesException.class);
        }
        assertThatCode(() -> budget.share().take(ALL)).doesNotThrowAnyException();
    }

    @Test
    void weighsABodyByTheTreeThatItBecomesAsItIsRead() throws IOException {
        budget.share().take(ALL / 2);
        BodyBudget.Share share = budget.share();

        assertThat(request("[".repeat(5_000), share).getInputStream().readAllBytes()).hasSize(5_000);
        assertThatThrownBy(() -> request("[".repeat(10_000), share).getInputStream().readAllBytes())
                .isInstanceOf(TooManyBodiesException.class);
        share.close();
        assertThat(request("x".repeat(500_000), share).getInputStream().readAllBytes()).hasSize(500_000);
    }

    @Test
    void weighsNoMoreTreeThanOneBodyMayHave() throws IOException {
        BodyBudget.Share share = new BodyBudget(ALL, 100_000, Duration.ofMillis(200)).share();

        assertThat(request("[".repeat(900_000), share).getInputStream().readAllBytes()).hasSize(900_000);
    }

    private static BoundedRequest request(String body, BodyBudget.Share share) {
        ByteArrayInputStream bytes = new ByteArrayInputStream(body.getBytes(UTF_8));
        HttpServletRequest request = (HttpServletRequest) Proxy.newProxyInstance(
                BodyBudgetTest.class.getClassLoader(), new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> new ServletInputStream() {

                    @Override
                    public int read() {
                        return bytes.read();
                    }

                    @Override
                    public int read(byte[] into, int from, int length) {
                        return bytes.read(into, from, length);
                    }

                    @Override
                    public boolean isFinished() {
                        return bytes.available() == 0;
                    }

                    @Override
                    public boolean isReady() {
                        return true;
                    }

                    @Override
                    public void setReadListener(ReadListener listener) {
                        throw new UnsupportedOperationException();
                    }
                });
        return new BoundedRequest(request, BodyEncoding.IDENTITY, 2 * ALL, () -> {}, share::take);
    }
}
