package org.nodebridge.registry.benchmark;

import org.nodebridge.registry.servers.LibertyServer;

/** A large store against a small one: what should stay flat, what may grow with it, and what it holds in memory. */
final class ManyNodes implements Row {

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
        String with = " with " + Numbers.text(nodes) + " nodes";
        Throughput filling = Changes.register(bench.registry(), bench.plan().nodes(), nodes);
        report.add(Result.told("many.new", "New registrations up to " + Numbers.text(nodes), filling.perSecond(),
                "events/s"));
        StoreOfSize store = new StoreOfSize(bench, new RegistryApi(replica), nodes);
        report.addComparedWith(FewNodes.CHANGES, new Result(
                "many.changed", "Changed registrations" + with, store.changesPerSecond(), "events/s", null, null,
                Target.ratioAtLeast(0.8)));
        report.addComparedWith(FewNodes.LIST, flat("many.list", "A page of 100, median" + with, store.listMillis()));
        report.addComparedWith(FewNodes.READ, flat("many.read", "One node's read, median" + with, store.readMillis()));
        report.addComparedWith(FewNodes.DRIFT, flat(
                "many.drift", "Drift pass, per 1,000 nodes" + with, store.driftMillis() * 1_000 / nodes));
        HeapInfo heap = HeapInfo.afterCollection(replica);
        report.add(Result.aimedAt("many.heap", "Heap of the registry in use, after a collection" + with,
                heap.usedMb(), "MB", Target.under(512)));
        report.add(Result.told("many.heap.committed", "Heap of the registry taken from the system",
                heap.committedMb(), "MB"));
    }

    /** Half as much again is what a median of a loaded machine may vary by. */
    private static Result flat(String key, String what, double measured) {
        return new Result(key, what, measured, "ms", null, null, Target.ratioUnder(1.5));
    }
}
