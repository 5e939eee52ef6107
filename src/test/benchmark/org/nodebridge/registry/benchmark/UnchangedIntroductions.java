// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Instant;
import org.nodebridge.registry.benchmark.Feed.Said;
import org.nodebridge.registry.servers.LibertyServer;

/** A whole fleet that introduces itself again and has nothing new to say. */
final class UnchangedIntroductions implements Row {

    private static final String KEY = "unchanged";
    private static final int MOST_WINDOWS = 8;
    private static final int OUTSTANDING = 20_000;
    private static final NodeText TEXT = new NodeText("effect");

    private final LibertyServer replica;

    UnchangedIntroductions(LibertyServer replica) {
        this.replica = replica;
    }

    @Override
    public String name() {
        return "unchanged";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        RegistryApi api = new RegistryApi(replica);
        int nodes = bench.plan().nodes();
        try (Feed feed = bench.registry().feed()) {
            feed.introductions(nodes, OUTSTANDING, number -> said(number % nodes));
            bench.registry().awaitNothingPending();
            double writesBefore = api.consulWrites();
            long revisionsBefore = revisions(bench);
            SteadyState state = SteadyState.of(
                    bench, bench.plan().share(1 / 8.0), MOST_WINDOWS,
                    (length, latencies) -> feed.introductions(length, OUTSTANDING, number -> said(number % nodes)));
            Throughput throughput = state.steady().throughput();
            state.report(bench.report(), KEY, "Unchanged re-introductions", "event", null, null);
            bench.report().add(Result.aimedAt(
                    KEY, "Unchanged re-introductions", throughput.perSecond(), "events/s",
                    Target.atLeast(30_000)));
            bench.report().add(Result.aimedAt(
                    KEY + ".consul", "Consul writes during re-introductions", api.consulWrites() - writesBefore,
                    "entries",
                    Target.under(1)));
            bench.report().add(Result.aimedAt(
                    KEY + ".rows", "Rows changed by them but for the lease",
                    (double) (revisions(bench) - revisionsBefore),
                    "rows", Target.under(1)));
        }
    }

    private static Said said(long node) {
        return new Said(node, TEXT.introduction(Introductions.nodeId(node), 0, Instant.now()));
    }

    private static long revisions(Bench bench) throws Exception {
        return bench.registry().number("SELECT COALESCE(sum(revision), 0) FROM tool_registrations");
    }
}
