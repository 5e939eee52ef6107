package org.nodebridge.registry.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.nodebridge.registry.servers.LibertyServer;

/**
 * One replica and then two, where the store has room: Consul's place is taken by a {@link SlowConsul}, so that waiting
 * and not this machine's cores is what limits a replica. PostgreSQL is real.
 */
final class TwoReplicasWithRoom implements Row {

    private static final String ONE = "room.one";
    private static final Duration DELAY = Duration.ofMillis(100);

    private final Path directory;

    TwoReplicasWithRoom(Path directory) {
        this.directory = directory;
    }

    @Override
    public String name() {
        return "two-replicas-with-room";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        try (SlowConsul consul = new SlowConsul(DELAY)) {
            Installation registry = Installation.on(bench.servers(), directory, "room", Map.of(
                    "CONSUL_HOST", "127.0.0.1",
                    "CONSUL_PORT", Integer.toString(consul.port()),
                    "JVM_ARGS", bench.plan().jvm(),
                    // it would find that nothing is kept there, and write all of it again
                    "REGISTRY_RECONCILE_INTERVAL", "PT1H"));
            LibertyServer first = registry.replica("room-1");
            LibertyServer second = registry.replica("room-2");
            try {
                bench.progress().accept("starting two replicas of another registry, one after the other");
                registry.start(first);
                double one = perSecond(bench, registry);
                registry.start(second);
                double two = perSecond(bench, registry);
                String what = "a Consul that answers after " + DELAY.toMillis() + " ms";
                bench.report().add(Result.told(ONE, "One replica, " + what, one, "events/s"));
                bench.report().addComparedWith(ONE, new Result(
                        "room.two", "Two replicas, " + what, two, "events/s", null, null,
                        Target.ratioAtLeast(1.7)));
            } finally {
                second.stop();
                first.stop();
            }
        }
    }

    private static double perSecond(Bench bench, Installation registry) {
        int nodes = bench.plan().nodes();
        Changes.during(registry, nodes, bench.plan().share(0.1));
        return Changes.during(registry, nodes, bench.plan().share(0.2)).perSecond();
    }
}
