// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nodebridge.registry.config.ProbeSettings;
import org.nodebridge.registry.lease.probe.ProbeResult.Outcome;

@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConcurrentProbesTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** For probes that end by it, of which others that are answered must not on a machine that stands still. */
    private static final String TIMEOUT = "PT10S";

    private static final byte[] OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(UTF_8);

    private final List<ProbeResult> counted = new CopyOnWriteArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private NodeServer server;

    @AfterEach
    void stop() throws Exception {
        released.countDown();
        if (server != null) {
            server.close();
        }
    }

    @Test
    void asksAnEndpointOnceForAllNodesBehindIt() throws Exception {
        server = NodeServer.answering("503 Service Unavailable");
        URI url = server.url("/health");

        Map<String, ProbeResult> results = probes(Probing.settings()).all(Map.of("one", url, "two", url));

        ProbeResult expected = new ProbeResult(Outcome.STATUS, "answered 503");
        assertThat(results).isEqualTo(Map.of("one", expected, "two", expected));
        assertThat(server.requests()).hasSize(1);
        assertThat(counted).containsExactly(expected);
    }

    @Test
    void asksNoMoreAtOnceThanItMay() throws Exception {
        server = NodeServer.that(out -> {
            released.await();
            out.write(OK);
        });
        Map<String, URI> nodes =
                IntStream.range(0, 30).boxed().collect(toMap(i -> "node-" + i, i -> server.url("/" + i)));
        ConcurrentProbes probes = probes(Probing.settings("registry.probe.concurrency", "3"));
        CompletableFuture<Map<String, ProbeResult>> results = CompletableFuture.supplyAsync(() -> probes.all(nodes));

        await().atMost(LIMIT).until(() -> server.connections() >= 3);
        await().atMost(LIMIT).during(Duration.ofSeconds(2)).until(() -> server.connections() == 3);
        released.countDown();

        assertThat(results.join()).hasSize(30).allSatisfy((node, result) -> assertThat(result.alive()).isTrue());
        assertThat(server.connections()).isEqualTo(30);
        assertThat(counted).hasSize(30);
    }

    @Test
    void sharesAProbeThatIsUnderWay() throws Exception {
        server = NodeServer.that(out -> {
            released.await();
            out.write(OK);
        });
        ConcurrentProbes probes = probes(Probing.settings());
        Map<String, URI> node = Map.of("node", server.url("/health"));
        CompletableFuture<Map<String, ProbeResult>> first = CompletableFuture.supplyAsync(() -> probes.all(node));
        await().atMost(LIMIT).until(() -> server.requests().size() == 1);
        CompletableFuture<Map<String, ProbeResult>> second = new CompletableFuture<>();
        Thread waiting = daemon(() -> second.complete(probes.all(node)));
        waiting.start();
        await().atMost(LIMIT).until(() -> waiting.getState() == Thread.State.TIMED_WAITING);

        released.countDown();

        assertThat(second.join()).isEqualTo(first.join()).hasSize(1);
        assertThat(server.connections()).isEqualTo(1);
        assertThat(counted).hasSize(1);
    }

    @Test
    void asksAgainOnceAProbeIsOver() throws Exception {
        server = NodeServer.answering("200 OK");
        ConcurrentProbes probes = probes(Probing.settings());
        for (int i = 0; i < 20; i++) {
            assertThat(probes.all(Map.of("node", server.url("/health")))).hasSize(1);
        }

        assertThat(server.connections()).isEqualTo(20);
    }

    @Test
    void saysNothingOfANodeForWhichThereIsNoThread() throws Exception {
        server = NodeServer.answering("200 OK");
        ProbeSettings hasty = Probing.settings("registry.probe.timeout", "PT0.5S");
        ConcurrentProbes probes = new ConcurrentProbes(
                hasty, Probing.probe(hasty), work -> daemon(() -> {}), counted::add);

        assertThat(probes.all(Map.of("node", server.url("/health")))).isEmpty();
        assertThat(counted).isEmpty();
        assertThat(server.connections()).isZero();
    }

    @Test
    void saysNothingOfANodeWhenThreadsAreRefused() throws Exception {
        server = NodeServer.answering("200 OK");
        ProbeSettings hasty = Probing.settings("registry.probe.timeout", "PT0.5S");
        ThreadFactory refusing = work -> {
            throw new IllegalStateException("the server stops");
        };
        ConcurrentProbes probes = new ConcurrentProbes(
                hasty, Probing.probe(hasty), refusing, counted::add);

        assertThat(probes.all(Map.of("node", server.url("/health")))).isEmpty();
    }

    @Test
    void isNotHeldUpByANameThatIsSearchedForEverAndHoldsOneThreadAtItAtMost() throws Exception {
        server = NodeServer.answering("200 OK");
        ProbeSettings hasty = Probing.settings("registry.probe.timeout", TIMEOUT);
        AtomicInteger searched = new AtomicInteger();
        HealthProbe probe = new HealthProbe(hasty, Probing.DEADLINES, host -> {
            searched.incrementAndGet();
            untilReleased();
            return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
        });
        ConcurrentProbes probes = new ConcurrentProbes(hasty, probe, ConcurrentProbesTest::daemon, counted::add);
        Map<String, URI> node = Map.of("node", server.url("/health"));

        assertThat(probes.all(node).get("node").outcome()).isEqualTo(Outcome.TIMEOUT);
        assertThat(probes.all(node)).as("while the first is still held").isEmpty();
        assertThat(searched).hasValue(1);

        released.countDown();
        await().atMost(LIMIT).untilAsserted(() -> assertThat(probes.all(node).values())
                .singleElement()
                .satisfies(result -> assertThat(result.alive()).isTrue()));
    }

    @Test
    void asksAllOthersWhileNameServersDoNotAnswerForManyNodes() throws Exception {
        server = NodeServer.answering("200 OK");
        ProbeSettings hasty = Probing.settings("registry.probe.timeout", TIMEOUT, "registry.probe.concurrency", "4");
        AtomicInteger held = new AtomicInteger();
        HealthProbe probe = new HealthProbe(hasty, Probing.DEADLINES, new BoundedNames(host -> {
            if (host.endsWith(".example")) {
                held.incrementAndGet();
                untilReleased();
            }
            return new InetAddress[] {InetAddress.getByName("127.0.0.1")};
        }, ConcurrentProbesTest::daemon, 4, hasty.timeout()));
        ConcurrentProbes probes = new ConcurrentProbes(hasty, probe, ConcurrentProbesTest::daemon, counted::add);
        Map<String, URI> nodes = new HashMap<>();
        IntStream.range(0, 40).forEach(i -> nodes.put("silent-" + i, URI.create("http://node-" + i + ".example/")));
        IntStream.range(0, 20).forEach(i -> nodes.put("living-" + i, server.url("/" + i)));

        for (int sweep = 0; sweep < 3; sweep++) {
            Map<String, ProbeResult> results = probes.all(nodes);

            assertThat(results.entrySet()).filteredOn(result -> result.getKey().startsWith("living-")).hasSize(20)
                    .allSatisfy(result -> assertThat(result.getValue().alive()).isTrue());
            assertThat(results.entrySet()).filteredOn(result -> result.getKey().startsWith("silent-"))
                    .as("asked as far as there are threads, and nothing is said of the others").hasSizeBetween(1, 4)
                    .allSatisfy(result -> assertThat(result.getValue().outcome()).isEqualTo(Outcome.TIMEOUT));
            assertThat(held).hasValue(4);
        }

        released.countDown();
        await().atMost(LIMIT).untilAsserted(() -> assertThat(probes.all(nodes)).hasSize(60));
    }

    @Test
    void saysNothingOfANodeWhenItsThreadIsInterrupted() {
        HealthProbe probe = new HealthProbe(Probing.settings(), Probing.DEADLINES, host -> {
            Thread.currentThread().interrupt();
            throw new UnknownHostException(host);
        });
        ConcurrentProbes probes =
                new ConcurrentProbes(Probing.settings(), probe, ConcurrentProbesTest::daemon, counted::add);

        assertThat(probes.all(Map.of("node", URI.create("http://node.example/health")))).isEmpty();
        assertThat(counted).isEmpty();
    }

    private ConcurrentProbes probes(ProbeSettings settings) {
        return new ConcurrentProbes(
                settings, Probing.probe(settings), ConcurrentProbesTest::daemon, counted::add);
    }

    private void untilReleased() {
        try {
            released.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "probe");
        thread.setDaemon(true);
        return thread;
    }
}
