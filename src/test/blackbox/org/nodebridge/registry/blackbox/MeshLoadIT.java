// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.blackbox.GrpcFleet.GrpcNode;
import org.nodebridge.registry.servers.FreePorts;
import org.nodebridge.registry.servers.HeapInfo;

/**
 * 10,000 nodes of one type and 200 clients that ask for all of them, one of which never reads, with the heap of the
 * deployment files, and some of gRPC's own that call nodes of another type meanwhile. It prints what that costs the
 * registry.
 */
@Tag("chaos")
class MeshLoadIT {

    private static final int NODES = 10_000;
    private static final int CLIENTS = 199;
    private static final int CALLERS = 5;
    private static final int CHANGES = 30;
    private static final double MOST_HEAP_MB = 300;
    private static final long MOST_BYTES_OF_A_NODE = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String SERVICE = "onex-effect";
    private static final String STALLED = "registry_xds_stream_events_total{event=\"stalled\"}";
    private static final int PORT = FreePorts.one();

    private static Registry registry;

    /** Clients of gRPC's own, which call nodes by what they receive. */
    private record Callers(List<ContinuousCalls> all) implements AutoCloseable {

        /** Returns when the nodes are being sent and called. */
        private static Callers of(GrpcFleet fleet) {
            fleet.announce("");
            String service = "onex-" + fleet.type();
            try (CountingAds client = CountingAds.of(PORT, service)) {
                eventually().atMost(PATIENCE).until(() -> client.nodes() == fleet.nodes().size());
            }
            return new Callers(IntStream.range(0, CALLERS)
                    .mapToObj(number -> new MeshBootstrap(PORT, Registry.uniqueId("caller"), "").scheme())
                    .map(scheme -> new ContinuousCalls(scheme + ":///" + service, Duration.ofMillis(20)))
                    .toList());
        }

        @Override
        public void close() {
            all.forEach(ContinuousCalls::close);
        }
    }

    @BeforeAll
    static void startRegistry() {
        registry = SeparateRegistry.on(Backends.shared(), "mesh-load", Map.of(
                "REGISTRY_XDS_PORT", Integer.toString(PORT),
                "REGISTRY_XDS_HOST", "127.0.0.1",
                "REGISTRY_XDS_INSECURE", "true",
                "JVM_ARGS", "-Xmx512m")).replica("liberty");
        registry.liberty().start();
    }

    @AfterAll
    static void stopRegistry() {
        registry.liberty().kill();
    }

    @Test
    void clientsFollowAndNoCallFailsWhileOneOfThemReadsNothing() throws IOException, InterruptedException {
        UnheardFleet fleet = new UnheardFleet(registry, NODES);
        fleet.announce();
        try (GrpcFleet called = GrpcFleet.listening(registry, "compute", 3); Callers callers = Callers.of(called)) {
            clientsFollow(fleet);
            GrpcNode drained = called.nodes().get(0);
            called.drain(drained);
            eventually().atMost(PATIENCE).untilAsserted(() -> {
                called.resetCalls();
                callers.all().forEach(each -> each.awaitMore(20));
                assertThat(called.calls(drained)).isZero();
            });
            assertThat(callers.all()).hasSize(CALLERS).allSatisfy(each -> assertThat(each.failures()).isEmpty());
        }
    }

    private static void clientsFollow(UnheardFleet fleet) throws IOException, InterruptedException {
        try (CountingAds slow = CountingAds.thatReadsNothing(PORT, SERVICE);
                CountingAds first = CountingAds.of(PORT, SERVICE)) {
            eventually().atMost(PATIENCE).until(() -> first.nodes() == NODES);
            report("%d nodes, one client that has read them: %s".formatted(NODES, use(0)));
            long before = cpuMillis();
            List<CountingAds> clients =
                    IntStream.range(1, CLIENTS).mapToObj(number -> CountingAds.of(PORT, SERVICE)).toList();
            long connected = System.nanoTime();
            eventually().atMost(PATIENCE).until(() -> clients.stream().allMatch(each -> each.answers() > 0));
            report("%d clients more and one that reads nothing have %d kB each after %d ms: %s".formatted(
                    clients.size(), first.lastBytes() / 1000, millisSince(connected), use(before)));

            long idle = cpuMillis();
            long received = bytes(clients);
            long began = System.nanoTime();
            for (int change = 0; change < CHANGES; change++) {
                long version = first.version();
                fleet.change(change);
                // each change is a version of its own, which all but one hear of before the next
                eventually().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(
                        () -> first.version() > version && clients.stream().allMatch(
                                each -> each.version() >= first.version()));
            }
            long millis = millisSince(began);
            report("%d changes, each at all clients before the next, in %d ms, %d MB sent: %s".formatted(
                    CHANGES, millis, (bytes(clients) - received) / 1_000_000, use(idle)));

            eventually().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(Metrics.of(registry).value(STALLED)).isEqualTo(1));
            assertThat(slow.answers()).as("answers of which it has read anything").isZero();
            assertThat(clients).allSatisfy(each -> assertThat(each.nodes()).isEqualTo(NODES));
            assertThat(registry.liberty().isAlive()).isTrue();
            // what 10,000 nodes and 200 streams hold, without the garbage of the changes, has room to spare
            HeapInfo heap = HeapInfo.afterCollection(registry.liberty());
            report("after a collection %.0f MB of heap are in use".formatted(heap.usedMb()));
            assertThat(heap.usedMb()).isBetween(1.0, MOST_HEAP_MB);
            assertThat(first.lastBytes()).isBetween(1L, MOST_BYTES_OF_A_NODE * NODES);
            clients.forEach(CountingAds::close);
        }
    }

    private static long bytes(List<CountingAds> clients) {
        return clients.stream().mapToLong(CountingAds::bytes).sum();
    }

    private static String use(long cpuBefore) {
        double heap = Metrics.of(registry).value("memory_usedHeap_bytes");
        return "%.1f s of CPU, heap %.0f MB, peak resident %d MiB".formatted(
                (cpuMillis() - cpuBefore) / 1000.0, heap / 1_000_000, RegistryProcess.of(registry).peakResidentMb());
    }

    private static long cpuMillis() {
        return ProcessHandle.of(RegistryProcess.of(registry).pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toMillis)
                .orElse(0L);
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static void report(String line) {
        System.out.printf("xDS, at a load of %.1f: %s%n", load(), line);
    }
}
