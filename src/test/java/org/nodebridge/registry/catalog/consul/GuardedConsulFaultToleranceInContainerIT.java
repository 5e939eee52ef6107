// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.eclipse.microprofile.faulttolerance.exceptions.BulkheadException;
import org.eclipse.microprofile.faulttolerance.exceptions.CircuitBreakerOpenException;
import org.eclipse.microprofile.faulttolerance.exceptions.TimeoutException;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CatalogUnavailableException;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.consul.CatalogCircuit.CircuitState;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.servers.FreePorts;

/**
 * Calls through the CDI proxy, with the values that the application itself brings; none of them is what the annotations
 * say about themselves. Only the times are others, an operator's: a machine that stands still for seconds must neither
 * end a call nor let one through the open breaker.
 */
@ArquillianTest
class GuardedConsulFaultToleranceInContainerIT {

    private static final int TRIES = 3;
    private static final int AT_ONCE = 20;
    private static final int WINDOW = 10;
    private static final int FAILURES_TO_OPEN = 5;
    private static final Duration BREAKER_DELAY = Duration.ofSeconds(12);
    private static final Duration TRY = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final List<CatalogChange> CHANGES = List.of(new CatalogChange.Register(
            NodeOnTheWire.named("a").description(), NodeOnTheWire.at(0), CheckStatus.PASSING));

    @Inject
    private GuardedConsul catalog;

    @Inject
    private ConsulCatalog writer;

    @Inject
    private CatalogCircuit circuit;

    @Inject
    private ConsulSettings settings;

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    private ManagedThreadFactory threadFactory;

    private ExecutorService threads;
    private ScriptedConsul consul;

    @Deployment
    static WebArchive registry() {
        Map<String, String> settings = Map.of(
                "registry.consul.host", "127.0.0.1",
                "registry.consul.port", Integer.toString(FreePorts.one()),
                "registry.consul.connect-timeout", "PT20S",
                "registry.consul.request-timeout", "PT60S",
                "registry.consul.timeout", Long.toString(TRY.toMillis()),
                "registry.consul.health-timeout", Long.toString(TRY.toMillis()),
                "registry.consul.breaker.delay", Long.toString(BREAKER_DELAY.toMillis()),
                // more than all tries take
                "org.nodebridge.registry.catalog.consul.GuardedConsul/apply/Retry/maxDuration", "100000");
        return RegistryArchive.with(settings, GuardedConsulFaultToleranceInContainerIT.class, ScriptedConsul.class);
    }

    /** Begins with a closed breaker that remembers nothing but successes. */
    @BeforeEach
    void startConsul() throws IOException {
        threads = Executors.newCachedThreadPool(threadFactory);
        consul = new ScriptedConsul(settings.port(), threads);
        // two close it, and the others are what it remembers
        await().atMost(PATIENCE).until(
                () -> IntStream.range(0, 2 + WINDOW).allMatch(call -> writer.write(CHANGES).complete()));
        assertThat(circuit.state()).isEqualTo(CircuitState.CLOSED);
    }

    @AfterEach
    void stopConsul() {
        consul.close();
        threads.shutdownNow();
    }

    private void apply() {
        catalog.apply(CHANGES);
    }

    /** Calls until the breaker holds a call back. */
    private void openBreaker() {
        consul.answers(503);
        assertThatThrownBy(() -> IntStream.range(0, WINDOW).forEach(call -> {
            try {
                apply();
            } catch (CatalogUnavailableException e) {
                // what opens it
            }
        })).isInstanceOf(CircuitBreakerOpenException.class);
    }

    @Test
    void triesAnUnavailableConsulThreeTimes() {
        consul.answers(503);

        assertThatThrownBy(this::apply).isInstanceOf(CatalogUnavailableException.class).hasMessageContaining("503");

        assertThat(consul.transactions()).isEqualTo(TRIES);
    }

    @Test
    void succeedsWhenConsulIsBackBeforeTheLastTry() {
        consul.answers(number -> number < TRIES ? 503 : 200);

        apply();

        assertThat(consul.transactions()).isEqualTo(TRIES);
    }

    @Test
    void neitherTriesARefusalAgainNorCountsIt() {
        for (int status : List.of(400, 403, 409, 413)) {
            for (int call = 0; call < WINDOW; call++) {
                consul.answers(status);

                assertThatThrownBy(this::apply).isInstanceOf(CatalogRefusedException.class);

                assertThat(consul.transactions()).isOne();
            }
        }
    }

    @Test
    void opensWhenHalfOfTheCallsFailAndAsksConsulNoMore() {
        openBreaker();
        assertThat(consul.transactions()).isEqualTo(FAILURES_TO_OPEN);

        assertThatThrownBy(this::apply).isInstanceOf(CircuitBreakerOpenException.class);

        assertThat(consul.transactions()).isEqualTo(FAILURES_TO_OPEN);
    }

    @Test
    void holdsReadsBackByTheBreakerThatWritesHaveOpened() {
        openBreaker();

        assertThatThrownBy(() -> catalog.instances(instance -> true)).isInstanceOf(CircuitBreakerOpenException.class);
        assertThatThrownBy(() -> catalog.instance("a")).isInstanceOf(CircuitBreakerOpenException.class);
        assertThatThrownBy(() -> catalog.sidecar("a")).isInstanceOf(CircuitBreakerOpenException.class);
        assertThatThrownBy(() -> catalog.strays()).isInstanceOf(CircuitBreakerOpenException.class);
        assertThatThrownBy(() -> catalog.remove(List.of())).isInstanceOf(CircuitBreakerOpenException.class);
        // asked regardless of the breaker, and answered with none
        assertThatThrownBy(() -> catalog.leader()).hasMessage("Consul has no leader");
    }

    @Test
    void opensAgainWhenTheTrialOfTheHalfOpenBreakerFails() {
        openBreaker();

        await().atMost(PATIENCE).pollDelay(BREAKER_DELAY).until(() -> {
            assertThatThrownBy(this::apply).isInstanceOf(CircuitBreakerOpenException.class);
            return consul.transactions() > FAILURES_TO_OPEN;
        });

        assertThat(consul.transactions()).isEqualTo(FAILURES_TO_OPEN + 1);
    }

    @Test
    void closesAfterTwoSuccessesOfTheHalfOpenBreaker() {
        openBreaker();
        assertThat(writer.write(CHANGES).reasonFor("a")).contains("circuit breaker is open");
        assertThat(circuit.state()).isEqualTo(CircuitState.OPEN);
        consul.answers(200);

        await().atMost(PATIENCE).until(() -> writer.write(CHANGES).applied(), Set.of("a")::equals);
        assertThat(circuit.state()).isEqualTo(CircuitState.HALF_OPEN);
        writer.write(CHANGES);
        assertThat(circuit.state()).isEqualTo(CircuitState.CLOSED);

        // a half-open breaker would let one try through and no more
        consul.answers(503);
        assertThatThrownBy(this::apply).isInstanceOf(CatalogUnavailableException.class);
        assertThat(consul.transactions()).isEqualTo(TRIES);
    }

    @Test
    void givesUpACallThatConsulDoesNotAnswerInTime() {
        consul.stalls();
        long begin = System.nanoTime();

        assertThatThrownBy(this::apply).isInstanceOf(TimeoutException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(TRY.multipliedBy(TRIES));
        // the last may have been given up before Consul came to it
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(consul.transactions()).isEqualTo(TRIES));
    }

    @Test
    void letsTwentyCallsThroughAtOnce() {
        consul.stalls();

        List<CompletableFuture<Void>> calls = IntStream.range(0, AT_ONCE + 5)
                .mapToObj(call -> CompletableFuture.runAsync(this::apply, threads))
                .toList();

        await().atMost(PATIENCE).until(() -> consul.underWay() == AT_ONCE
                && calls.stream().filter(CompletableFuture::isCompletedExceptionally).count() == 5);
        consul.release();
        await().atMost(PATIENCE).until(() -> calls.stream().allMatch(CompletableFuture::isDone));
        assertThat(consul.mostUnderWay()).isEqualTo(AT_ONCE);
        assertThat(calls.stream().filter(CompletableFuture::isCompletedExceptionally))
                .hasSize(5)
                .allSatisfy(call -> assertThatThrownBy(call::join).hasCauseInstanceOf(BulkheadException.class));
    }
}
