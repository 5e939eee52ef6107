// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.util.Map;
import org.nodebridge.registry.servers.LibertyServer;

/** Introductions that change their node, from the append to Kafka until both stores have them, sustained. */
final class ChangedRegistrations implements Row {

    static final String KEY = "changed";

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
        Changes.during(bench.registry(), nodes, bench.plan().share(0.1));
        Map<String, Double> before = api.metrics();
        double writesBefore = api.consulWrites();
        Throughput throughput = Changes.during(bench.registry(), nodes, bench.plan().share(1));
        double writes = api.consulWrites() - writesBefore;
        StageTimes.between(before, api.metrics()).forEach(bench.report()::stage);
        // a change that a newer one overtook before Consul heard of it was no work for Consul
        double perSecond = Math.min(writes, (double) throughput.count()) * 1e9 / throughput.nanos();
        String what = "Changed registrations, Kafka to both stores, " + Numbers.text(nodes) + " nodes";
        Result result = new Result(
                KEY, what, perSecond, "events/s", null, null, Target.ratioAtLeast(0.6));
        bench.report().addComparedWith(ConsulLimit.TRANSACTIONS, result);
        bench.report().addComparedWith(DesignShape.KEY, new Result(
                KEY + ".design", AGAIN, perSecond, "events/s", null, null, Target.ratioAtLeast(20)));
        bench.report().addComparedWith(PostgresLimit.KEY, new Result(
                KEY + ".postgres", AGAIN, perSecond, "events/s", null, null, null));
        new StoreOfSize(bench, api, nodes).changesPerSecond(0.1);
    }
}
