// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.nodebridge.registry.embedded.Console;
import org.nodebridge.registry.embedded.RunLock;
import org.nodebridge.registry.servers.ConsulServer;
import org.nodebridge.registry.servers.EurekaServer;
import org.nodebridge.registry.servers.JvmExit;
import org.nodebridge.registry.servers.KafkaServer;
import org.nodebridge.registry.servers.LibertyServer;
import org.nodebridge.registry.servers.PostgresServer;
import org.nodebridge.registry.servers.ProjectDirectory;
import org.nodebridge.registry.servers.ServerGroup;

/** The program behind {@code mvn -Pbenchmark verify}; runs in Maven's own JVM. */
public final class Benchmark {

    // kept here because the logging system forgets a logger, and its level, that nobody holds
    private static final List<Logger> QUIET = List.of(
            Logger.getLogger("kafka"), Logger.getLogger("org.apache.kafka"), Logger.getLogger("org.postgresql"),
            Logger.getLogger("io.zonky"), Logger.getLogger("org.flywaydb"));

    private final Path directory = ProjectDirectory.target().resolve("benchmark");
    private final ServersDirectory home = new ServersDirectory(directory.resolve("servers"));
    private final Console console = new Console(System.out);
    private final Plan plan = Plan.ofSystemProperties();
    private final Report report = new Report();
    private final long lastBegin = Workers.end(Duration.ofMinutes(plan.minutes()));

    private Benchmark() {}

    /** @throws IllegalStateException when something could not be measured, but never because something is slow */
    public static void main(String[] args) throws Exception {
        // draws charts where there is no screen
        System.setProperty("java.awt.headless", "true");
        QUIET.forEach(logger -> logger.setLevel(Level.OFF));
        new Benchmark().run();
    }

    private void run() throws Exception {
        RunLock lock = new RunLock(directory);
        if (!lock.isHeld()) {
            throw new IllegalStateException("another benchmark runs already");
        }
        Map<String, String> facts = Machine.facts(plan, Machine.load());
        console.say("");
        console.say("Measuring the registry beside its stores; " + facts);
        home.empty();
        ServerGroup servers = ServerGroup.onFreePorts(home.path(), Map.of());
        servers.kafka().ifPresent(KafkaServer::forLong);
        servers.postgres().ifPresent(PostgresServer::notingCommits);
        try {
            servers.start(console::step);
            facts.putAll(Machine.versions(servers));
            measure(servers);
        } finally {
            servers.stop(name -> {});
        }
        new Outcome(report, facts, directory).publish(console);
        if (!report.failures().isEmpty()) {
            throw new IllegalStateException("could not be measured: " + report.failures().keySet());
        }
    }

    private void measure(ServerGroup servers) {
        Installation registry = Installation.on(
                servers, home.path(), "bench", Map.of(
                        "JVM_ARGS", plan.jvm(),
                        // VisibleLatency reads each change of its ten nodes there, which change more often than others
                        "REGISTRY_HISTORY_CHANGES_PER_NODE", "0"));
        LibertyServer replica = registry.replica("registry");
        Bench bench = new Bench(plan, servers, registry, report, console::step);
        ConsulServer alone = ConsulServer.in(home.path().resolve("consul-alone"));
        ConsulServer fresh = ConsulServer.in(home.path().resolve("consul-fresh"));
        try {
            measure(bench, new Microbenchmarks(home.path().resolve("jmh")));
            measure(bench, new PostgresLimit());
            if (plan.measures("limits-consul")) {
                alone.start();
            }
            measure(bench, new ConsulLimit(alone));
            alone.stop();
            // the services of the row before would slow down each registration with an agent
            if (plan.measures("design-shape")) {
                fresh.start();
            }
            measure(bench, new DesignShape(fresh));
            fresh.stop();
            measure(bench, new EurekaRegistrations(EurekaServer.in(home.path().resolve("eureka"), plan.jvm())));
            console.step("starting the registry");
            registry.start(replica);
            List.of(
                    new StartTime(replica),
                    new FewNodes(replica),
                    new ChangedRegistrations(replica),
                    new UnchangedIntroductions(replica),
                    new Heartbeats(replica),
                    new VisibleLatency(),
                    new VisibleLatency("latency-50", 50, 0.25),
                    new ManualRegistrations(replica),
                    new RouteLatency(replica),
                    new TwoReplicas(),
                    new ManyNodes(replica))
                    .forEach(row -> measure(bench, row));
            replica.stop();
            measure(bench, new TwoReplicasWithRoom(home.path()));
        } finally {
            alone.stop();
            fresh.stop();
            replica.stop();
        }
    }

    private void measure(Bench bench, Row row) {
        if (!plan.measures(row.name())) {
            return;
        }
        if (System.nanoTime() - lastBegin > 0) {
            report.failed(row.name(), new IllegalStateException("no time was left for it"));
            return;
        }
        console.step("measuring " + row.name());
        ProcessUse use = ProcessUse.of(home.path());
        long start = System.nanoTime();
        try {
            row.measure(bench);
        } catch (Exception e) {
            if (JvmExit.hasBegun()) {
                throw new IllegalStateException("the benchmark was ended", e);
            }
            report.failed(row.name(), e);
            console.step(row.name() + " could not be measured: " + e);
        }
        report.used(row.name(), use.since(), (System.nanoTime() - start) / 1e9);
        row.end();
    }
}
