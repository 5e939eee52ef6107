// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Instant;
import org.nodebridge.registry.benchmark.Feed.Said;
import org.nodebridge.registry.servers.LibertyServer;

/** Heartbeats of nodes that are well, until their offsets are committed, so with the wait for the last flush. */
final class Heartbeats implements Row {

    private static final String KEY = "heartbeats";
    private static final int MOST_WINDOWS = 8;

    /** They are committed by the flush only, so that more than a flush's worth has to be under way. */
    private static final int OUTSTANDING = 150_000;

    private static final NodeText TEXT = new NodeText("effect");

    private final LibertyServer replica;

    Heartbeats(LibertyServer replica) {
        this.replica = replica;
    }

    @Override
    public String name() {
        return "heartbeats";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        RegistryApi api = new RegistryApi(replica);
        int nodes = bench.plan().nodes();
        Changes.ensure(bench.registry(), nodes);
        try (Feed feed = bench.registry().feed()) {
            bench.registry().awaitNothingPending();
            double writesBefore = api.consulWrites();
            SteadyState state = SteadyState.of(
                    bench, bench.plan().share(1 / 8.0), MOST_WINDOWS,
                    (length, latencies) -> feed.heartbeats(length, OUTSTANDING, number -> said(number % nodes)));
            Throughput throughput = state.steady().throughput();
            state.report(bench.report(), KEY, "Heartbeats", "event", null, null);
            bench.report().add(Result.aimedAt(
                    KEY, "Heartbeats", throughput.perSecond(), "events/s", Target.atLeast(60_000)));
            bench.report().add(Result.aimedAt(
                    KEY + ".consul", "Consul writes during heartbeats", api.consulWrites() - writesBefore, "entries",
                    Target.under(1)));
        }
    }

    private static Said said(long node) {
        return new Said(node, TEXT.heartbeat(Introductions.nodeId(node), Instant.now()));
    }
}
