// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import org.nodebridge.registry.servers.LibertyServer;

/** A second replica beside the first, on the stores of this machine, which both have to share with it. */
final class TwoReplicas implements Row {

    private LibertyServer second;

    @Override
    public String name() {
        return "two-replicas";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        Installation registry = bench.registry();
        int nodes = bench.plan().nodes();
        Changes.ensure(registry, nodes);
        second = registry.replica("replica-2");
        bench.progress().accept("starting a second replica");
        registry.start(second);
        Changes.during(registry, nodes, bench.plan().share(0.15));
        Throughput throughput = Changes.during(registry, nodes, bench.plan().share(0.2));
        bench.report().addComparedWith(ChangedRegistrations.KEY, new Result(
                "two", "Two replicas, the stores of this machine", throughput.perSecond(), "events/s", null, null,
                null));
    }

    @Override
    public void end() {
        if (second != null) {
            second.stop();
        }
    }
}
