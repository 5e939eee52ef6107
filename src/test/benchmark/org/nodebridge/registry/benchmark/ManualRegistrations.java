// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.nodebridge.registry.servers.LibertyServer;

/**
 * Manual registrations into both stores, 20 in flight: as fast as they are answered, and then at a thousand a second,
 * each timed from when it should have been sent.
 */
final class ManualRegistrations implements Row {

    static final int IN_FLIGHT = 20;
    static final int NODES = 2_000;

    private static final int MOST_WINDOWS = 12;
    private static final int PER_SECOND = 1_000;
    private static final NodeText TEXT = new NodeText("compute");

    private final LibertyServer replica;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    ManualRegistrations(LibertyServer replica) {
        this.replica = replica;
    }

    @Override
    public String name() {
        return "manual";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        RegistryApi api = new RegistryApi(replica);
        ClosedLoop loop = new ClosedLoop(IN_FLIGHT);
        bench.registry().restart(replica);
        SteadyState state = SteadyState.of(
                bench, bench.plan().share(1 / 6.0), MOST_WINDOWS,
                (length, latencies) -> loop.run(length, () -> register(api), latencies));
        Throughput closed = state.steady().throughput();
        Latencies corrected = loop.corrected(state.steady());
        Latencies open = new Latencies();
        new OpenLoop(PER_SECOND, IN_FLIGHT).run(bench.plan().share(0.12), () -> register(api), open);
        Report report = bench.report();
        String what = "Manual registration over HTTP, 20 in flight";
        state.report(report, "manual", what, "request", Target.under(0.3), null);
        report.addComparedWith(ConsulLimit.CATALOG, new Result(
                "manual", what + ", steady", closed.perSecond(), "requests/s", null, null, Target.ratioAtLeast(1)));
        report.addComparedWith(EurekaRegistrations.KEY, new Result(
                "manual.eureka", "The same registrations", closed.perSecond(), "requests/s", null, null,
                Target.ratioAtLeast(1)));
        report.add(Result.reported("manual.p50", what + ", p50", corrected.millis(50), "ms"));
        report.add(Result.aimedAt("manual.p99", what + ", p99", corrected.millis(99), "ms", Target.under(40)));
        report.add(Result.reported("manual.open.p50", "The same at 1,000/s offered, p50", open.millis(50), "ms"));
        report.add(Result.reported("manual.open.p99", "The same at 1,000/s offered, p99", open.millis(99), "ms"));
        report.add(Result.reported("manual.refused", "Refused by 429 in both", (double) refused.get(), "requests"));
        report.latency("HTTP, 20 in flight", corrected);
        report.latency("HTTP, 1,000/s", open);
    }

    /** Whether it was done at once: 202 would mean that one store lacks it, 429 is an answer and no registration. */
    private boolean register(RegistryApi api) throws IOException {
        long number = sent.getAndIncrement();
        int status = api.statusOfPost(
                "/api/v1/registrations", TEXT.registration("manual-" + number % NODES, number, Instant.now()));
        if (status == 429) {
            refused.incrementAndGet();
            return false;
        }
        if (status != 200 && status != 201) {
            throw new IOException("a registration was answered by " + status);
        }
        return true;
    }
}
