// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.servers.LibertyServer;

/**
 * One replica and then two, where the store has room: Consul's place is taken by a {@link SlowConsul}, so that waiting
 * and not this machine's cores is what limits a replica. PostgreSQL is real.
 */
final class TwoReplicasWithRoom implements Row {

    private static final String ONE = "room.one";
    private static final Duration DELAY = Duration.ofMillis(400);

    /** More than both replicas have under way, and drained in seconds by so slow a Consul. */
    private static final int OUTSTANDING = 1_000;

    private final Path directory;
    private final List<LibertyServer> replicas = new ArrayList<>();
    private SlowConsul consul;

    TwoReplicasWithRoom(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        return "two-replicas-with-room";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        consul = new SlowConsul(DELAY);
        Installation registry = Installation.on(bench.servers(), directory, "room", Map.of(
                "CONSUL_HOST", "127.0.0.1",
                "CONSUL_PORT", Integer.toString(consul.port()),
                "JVM_ARGS", bench.plan().jvm(),
                // it would find that nothing is kept there, and write all of it again
                "REGISTRY_RECONCILE_INTERVAL", "PT1H"));
        bench.progress().accept("starting two replicas of another registry, one after the other");
        start(registry, "room-1");
        double one = perSecond(bench, registry);
        start(registry, "room-2");
        double two = perSecond(bench, registry);
        String what = "a Consul that answers after " + DELAY.toMillis() + " ms";
        bench.report().add(Result.reported(ONE, "One replica, " + what, one, "events/s"));
        bench.report().addComparedWith(ONE, new Result(
                "room.two", "Two replicas, " + what, two, "events/s", null, null, Target.ratioAtLeast(1.7)));
    }

    @Override
    public void end() {
        replicas.forEach(LibertyServer::stop);
        if (consul != null) {
            consul.close();
        }
    }

    private void start(Installation registry, String name) {
        LibertyServer replica = registry.replica(name);
        replicas.add(replica);
        registry.start(replica);
    }

    private static double perSecond(Bench bench, Installation registry) {
        int nodes = bench.plan().nodes();
        Changes.during(registry, nodes, OUTSTANDING, bench.plan().share(0.08));
        return Changes.during(registry, nodes, OUTSTANDING, bench.plan().share(0.15)).perSecond();
    }
}
