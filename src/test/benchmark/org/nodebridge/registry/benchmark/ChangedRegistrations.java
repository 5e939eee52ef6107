// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.servers.LibertyServer;

/** Introductions that change their node, from the append to Kafka until both stores have them, sustained. */
final class ChangedRegistrations implements Row {

    static final String KEY = "changed";

    private static final int MOST_WINDOWS = 10;

    private static final String AGAIN = "The same changed registrations";

    private final LibertyServer replica;

    ChangedRegistrations(LibertyServer replica) {
        this.replica = replica;
    }

    @Override
    public String name() {
        return "changed";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        RegistryApi api = new RegistryApi(replica);
        int nodes = bench.plan().nodes();
        Changes.ensure(bench.registry(), nodes);
        bench.registry().restart(replica);
        List<Map<String, Double>> stages = new ArrayList<>();
        SteadyState state = SteadyState.of(
                bench, bench.plan().share(1 / 5.0), MOST_WINDOWS, (length, latencies) -> {
                    stages.add(api.metrics());
                    return confirmed(api, bench.registry(), nodes, length);
                });
        StageTimes.between(stages.get(stages.size() - 1), api.metrics()).forEach(bench.report()::stage);
        double perSecond = state.steady().throughput().perSecond();
        String what = "Changed registrations, Kafka to both stores, " + Numbers.text(nodes) + " nodes";
        state.report(bench.report(), KEY, what, "event", Target.under(0.06), Target.under(0.08));
        Result result = new Result(
                KEY, what, perSecond, "events/s", null, null, Target.ratioAtLeast(0.6));
        bench.report().addComparedWith(ConsulLimit.TRANSACTIONS, result);
        bench.report().addComparedWith(DesignShape.KEY, new Result(
                KEY + ".design", AGAIN, perSecond, "events/s", null, null, Target.ratioAtLeast(25)));
        bench.report().addComparedWith(PostgresLimit.KEY, new Result(
                KEY + ".postgres", AGAIN, perSecond, "events/s", null, null, null));
        new StoreOfSize(bench, api, nodes).changesPerSecond(0.1);
    }

    /** A change that a newer one overtook before Consul had it was no work for Consul, and does not count. */
    private static Throughput confirmed(RegistryApi api, Installation registry, int nodes, Duration length)
            throws IOException {
        double writesBefore = api.consulWrites();
        Throughput all = Changes.during(registry, nodes, length);
        long writes = Math.round(api.consulWrites() - writesBefore);
        return new Throughput(Math.min(writes, all.count()), all.nanos());
    }
}
