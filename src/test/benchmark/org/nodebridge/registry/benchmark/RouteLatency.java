// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.nodebridge.registry.servers.LibertyServer;

/** Which node to call, asked 500 times a second, among a tenth of the nodes. */
final class RouteLatency implements Row {

    private static final int PER_SECOND = 500;
    private static final int IN_FLIGHT = 20;
    private static final int MOST_WINDOWS = 12;
    private static final NodeText TEXT = new NodeText("reducer");
    private static final String QUESTION = "/api/v1/route?node_type=reducer&capability=stamp&n=3";

    private final LibertyServer replica;

    RouteLatency(LibertyServer replica) {
        this.replica = replica;
    }

    @Override
    public String name() {
        return "route";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        RegistryApi api = new RegistryApi(replica);
        int nodes = bench.plan().fewestNodes();
        register(api, nodes);
        bench.registry().restart(replica);
        awaitGiven(api);
        OpenLoop asking = new OpenLoop(PER_SECOND, IN_FLIGHT);
        SteadyState state = SteadyState.of(
                bench, bench.plan().share(1 / 6.0), MOST_WINDOWS,
                (length, latencies) -> asking.run(length, () -> ask(api), latencies));
        Latencies latencies = state.steady().latencies();
        String what = "GET /route at " + PER_SECOND + "/s offered, " + nodes + " nodes";
        Report report = bench.report();
        state.report(report, "route", what, "request", null, null);
        report.add(
                Result.reported("route.first.p99", what + ", first window, p99", state.first().latencies().millis(99),
                        "ms"));
        report.add(Result.reported("route.p50", what + ", p50", latencies.millis(50), "ms"));
        report.add(Result.aimedAt("route.p99", what + ", p99", latencies.millis(99), "ms", Target.under(5)));
        report.add(Result.reported("route.p999", what + ", p99.9", latencies.millis(99.9), "ms"));
        report.latency("GET /route, 500/s", latencies);
    }

    private static void register(RegistryApi api, int nodes) throws Exception {
        AtomicLong next = new AtomicLong();
        Workers.run(IN_FLIGHT, () -> {
            for (long number = next.getAndIncrement(); number < nodes; number = next.getAndIncrement()) {
                int status = api.statusOfPost("/api/v1/registrations",
                        TEXT.registration("route-" + number, 1, Instant.now()));
                if (status >= 300) {
                    throw new IOException("a registration was answered by " + status);
                }
            }
            return 0;
        });
        awaitGiven(api);
    }

    private static void awaitGiven(RegistryApi api) throws Exception {
        long end = Workers.end(Duration.ofSeconds(30));
        while (!api.get(QUESTION).path("candidates").has(2)) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("the nodes are not given to callers");
            }
            Thread.sleep(100);
        }
    }

    private static boolean ask(RegistryApi api) throws IOException {
        int status = api.statusOfGet(QUESTION);
        if (status != 200) {
            throw new IOException("the question was answered by " + status);
        }
        return true;
    }
}
