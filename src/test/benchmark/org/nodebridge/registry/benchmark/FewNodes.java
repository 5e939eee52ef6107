// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import org.nodebridge.registry.servers.LibertyServer;

/** A small store, for {@link ManyNodes} to be compared with. */
final class FewNodes implements Row {

    static final String CHANGES = "few.changed";
    static final String LIST = "few.list";
    static final String READ = "few.read";

    private final LibertyServer replica;

    FewNodes(LibertyServer replica) {
        this.replica = replica;
    }

    @Override
    public String name() {
        return "few-nodes";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        int nodes = bench.plan().fewestNodes();
        Changes.register(bench.registry(), 0, nodes);
        StoreOfSize store = new StoreOfSize(bench, new RegistryApi(replica), nodes);
        String with = " with " + Numbers.text(nodes) + " nodes";
        bench.report().add(Result.reported(
                CHANGES, "Changed registrations" + with, store.changesPerSecond(0.12), "events/s"));
        bench.report().add(Result.reported(LIST, "A page of 100, median" + with, store.listMillis(), "ms"));
        bench.report().add(Result.reported(READ, "One node's read, median" + with, store.readMillis(), "ms"));
    }
}
