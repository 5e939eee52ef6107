// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import org.nodebridge.registry.servers.HeapInfo;
import org.nodebridge.registry.servers.LibertyServer;

/** A large store against a small one: what should stay flat, what may grow with it, and what it holds in memory. */
final class ManyNodes implements Row {

    private static final String DRIFT = "drift";

    /** Of a store that is compared in a second or two; one run of the large one takes long enough to be reported. */
    private static final int PASSES = 3;

    private final LibertyServer replica;

    ManyNodes(LibertyServer replica) {
        this.replica = replica;
    }

    @Override
    public String name() {
        return "many-nodes";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        int nodes = bench.plan().mostNodes();
        Report report = bench.report();
        RegistryApi api = new RegistryApi(replica);
        String with = " with " + Numbers.text(nodes) + " nodes";
        drift(bench, api, bench.plan().nodes(), PASSES, DRIFT, null);
        Throughput filling = Changes.register(bench.registry(), bench.plan().nodes(), nodes);
        report.add(Result.reported("many.new", "New registrations up to " + Numbers.text(nodes), filling.perSecond(),
                "events/s"));
        StoreOfSize store = new StoreOfSize(bench, api, nodes);
        report.addComparedWith(FewNodes.CHANGES, new Result(
                "many.changed", "Changed registrations" + with, store.changesPerSecond(0.12), "events/s", null, null,
                Target.ratioAtLeast(0.8)));
        report.addComparedWith(FewNodes.LIST, flat("many.list", "A page of 100, median" + with, store.listMillis()));
        report.addComparedWith(FewNodes.READ, flat("many.read", "One node's read, median" + with, store.readMillis()));
        drift(bench, api, nodes, 1, "many.drift", Target.ratioUnder(1.5));
        HeapInfo heap = HeapInfo.afterCollection(replica);
        report.add(Result.aimedAt("many.heap", "Heap of the registry in use, after a collection" + with,
                heap.usedMb(), "MB", Target.under(512)));
        report.add(Result.reported("many.heap.committed", "Heap of the registry taken from the system",
                heap.committedMb(), "MB"));
    }

    /** Linear is what it should be. Of a small store it would be what every pass costs, however many the nodes. */
    private static void drift(Bench bench, RegistryApi api, int nodes, int passes, String key, Target target)
            throws Exception {
        Changes.ensure(bench.registry(), nodes);
        double millis = new StoreOfSize(bench, api, nodes).driftMillis(passes);
        Result result = new Result(
                key, "Drift pass, per 1,000 nodes, with " + Numbers.text(nodes) + " nodes", millis * 1_000 / nodes,
                "ms", null, null, target);
        if (target == null) {
            bench.report().add(result);
        } else {
            bench.report().addComparedWith(DRIFT, result);
        }
    }

    /** Half as much again is what a median of a loaded machine may vary by. */
    private static Result flat(String key, String what, double measured) {
        return new Result(key, what, measured, "ms", null, null, Target.ratioUnder(1.5));
    }
}
