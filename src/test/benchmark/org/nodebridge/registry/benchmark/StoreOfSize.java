// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;

/** How the registry does with so many nodes registered: throughput, reads, the drift pass. */
final class StoreOfSize {

    private static final int READS = 100;
    private static final int MOST_WINDOWS = 6;

    private final Bench bench;
    private final RegistryApi api;
    private final int nodes;

    StoreOfSize(Bench bench, RegistryApi api, int nodes) {
        this.bench = bench;
        this.api = api;
        this.nodes = nodes;
    }

    /** With as many under way at most as the small store has nodes, whatever this one has. */
    double changesPerSecond(double share) throws Exception {
        Plan plan = bench.plan();
        double perSecond = SteadyState.of(
                bench, plan.share(share), MOST_WINDOWS,
                (length, latencies) -> Changes.during(bench.registry(), nodes, plan.fewestNodes(), length))
                .steady().throughput().perSecond();
        bench.report().throughput(nodes, perSecond);
        return perSecond;
    }

    /** Milliseconds of a page of a hundred, at the median. */
    double listMillis() throws Exception {
        return median(READS, number -> "/api/v1/registrations?limit=100");
    }

    /** Milliseconds of one node's read, at the median. */
    double readMillis() throws Exception {
        return median(READS, number -> "/api/v1/registrations/" + Introductions.nodeId((long) number * nodes / READS)
                + "?stores=false");
    }

    /** Milliseconds of a comparison of both stores that finds nothing, at the median of some passes. */
    double driftMillis(int passes) throws Exception {
        bench.registry().awaitNothingPending();
        Latencies times = new Latencies();
        for (int i = 0; i < passes; i++) {
            times.record(Duration.ofMillis(pass()).toNanos());
        }
        return times.millis(50);
    }

    private long pass() throws Exception {
        String path = "/api/v1/reconciliations";
        JsonNode asked = api.post(path + "?dry_run=true", new byte[0]);
        JsonNode[] ended = {asked};
        Awaitility.await().atMost(Duration.ofMinutes(3)).pollInSameThread().until(() -> {
            if (!ended[0].path("status").asText().matches("done|failed")) {
                ended[0] = api.get(path + "/" + asked.path("id").asText());
            }
            return ended[0].path("status").asText().matches("done|failed");
        });
        if (!ended[0].path("report").has("duration_ms")) {
            throw new IOException("the comparison has failed: " + ended[0]);
        }
        return ended[0].path("report").path("duration_ms").asLong();
    }

    private double median(int reads, IntFunction<String> paths) throws Exception {
        long warm = Workers.end(bench.plan().share(0.1));
        for (int number = 0; System.nanoTime() < warm; number++) {
            api.get(paths.apply(number % reads));
        }
        Latencies times = new Latencies();
        for (int number = 0; number < reads; number++) {
            long start = System.nanoTime();
            api.get(paths.apply(number));
            times.record(System.nanoTime() - start);
        }
        return times.millis(50);
    }
}
