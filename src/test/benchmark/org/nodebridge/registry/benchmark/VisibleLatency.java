// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.nodebridge.registry.benchmark.Feed.Said;

/**
 * From the moment a changed introduction should have been appended, at so many a second, until PostgreSQL and Consul
 * show it or a newer one of its node. One in four of them is looked at: those nodes are few and have a type of their
 * own, as looking takes from the stores what they are measured by.
 */
final class VisibleLatency implements Row {

    private static final String TYPE = "orchestrator";
    private static final int NODES = 10;
    private static final int ONE_IN = 4;
    private static final String OTHER_TYPE = "reducer";
    private static final int OTHER_NODES = 30;

    /** No two runs make the same change. */
    private static final AtomicLong FIRST_CHANGE = new AtomicLong();

    private final String name;
    private final int perSecond;
    private final double share;
    private final boolean aimedAt;

    /** At the pace that has a target. */
    VisibleLatency() {
        this("latency", 200, 0.5, true);
    }

    /**
     * At a pace that is only reported.
     *
     * @param share of the longest row's time
     */
    VisibleLatency(String name, int perSecond, double share) {
        this(name, perSecond, share, false);
    }

    private VisibleLatency(String name, int perSecond, double share, boolean aimedAt) {
        this.name = name;
        this.perSecond = perSecond;
        this.share = share;
        this.aimedAt = aimedAt;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void measure(Bench bench) throws Exception {
        int events = (int) (bench.plan().share(share).toMillis() * perSecond / ONE_IN / 1_000) / NODES * NODES;
        long first = FIRST_CHANGE.getAndAdd((long) events * ONE_IN);
        List<Sightings> postgres = sightings(first, events / NODES);
        List<Sightings> consul = sightings(first, events / NODES);
        PostgresCommits commits = new PostgresCommits(bench.registry(), TYPE);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Feed feed = bench.registry().feed()) {
            Future<?> watch = thread.submit(
                    new ConsulWatch(bench.servers().consul().orElseThrow().url(), TYPE, consul));
            long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
            append(feed, first, events, start);
            Awaitility.await().atMost(Duration.ofMinutes(2)).pollInSameThread().until(() -> {
                if (watch.isDone()) {
                    watch.get();
                    throw new IllegalStateException("nobody looks any more");
                }
                return all(consul, events / NODES);
            });
            commits.tell(postgres); // it has had what Consul has
            if (!all(postgres, events / NODES)) {
                throw new IllegalStateException("PostgreSQL's history does not have all changes");
            }
            tell(bench.report(), events, start, postgres, consul);
        } finally {
            thread.shutdownNow();
            thread.awaitTermination(30, TimeUnit.SECONDS);
        }
    }

    private void append(Feed feed, long first, int events, long start) {
        NodeText text = new NodeText(TYPE);
        NodeText otherText = new NodeText(OTHER_TYPE);
        for (int number = 0; number < events * ONE_IN; number++) {
            long wait = due(number, start) - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
            }
            int event = number / ONE_IN;
            int node = event % NODES;
            int other = number % OTHER_NODES;
            feed.introduce(number % ONE_IN == 0
                    ? new Said(node, text.introduction(TYPE + "-" + node, first + event / NODES, Instant.now()))
                    : new Said(other, otherText.introduction(
                            OTHER_TYPE + "-" + other, first + number, Instant.now())));
        }
    }

    private void tell(Report report, int events, long start, List<Sightings> postgres, List<Sightings> consul) {
        Latencies inPostgres = new Latencies();
        Latencies inConsul = new Latencies();
        Latencies inBoth = new Latencies();
        // the first of them pay for code and connections that nothing has used before
        for (int event = events / 6; event < events; event++) {
            long due = due(event * ONE_IN, start);
            long seenInPostgres = postgres.get(event % NODES).at(event / NODES) - due;
            long seenInConsul = consul.get(event % NODES).at(event / NODES) - due;
            inPostgres.record(seenInPostgres);
            inConsul.record(seenInConsul);
            inBoth.record(Math.max(seenInPostgres, seenInConsul));
        }
        String what = "Latency at " + perSecond + " registrations/s, append to visible in both";
        if (!aimedAt) {
            report.add(Result.reported(name + ".p50", what + ", p50", inBoth.millis(50), "ms"));
            report.add(Result.reported(name + ".p99", what + ", p99", inBoth.millis(99), "ms"));
            return;
        }
        report.add(Result.aimedAt("latency.p50", what + ", p50", inBoth.millis(50), "ms", Target.under(12)));
        report.addComparedWith(PostgresLimit.ONE, new Result(
                "latency.postgres", "Of it to PostgreSQL, p50", inPostgres.millis(50), "ms", null, null, null));
        report.addComparedWith(ConsulLimit.ONE, new Result(
                "latency.consul", "Of it to Consul, which comes after PostgreSQL, p50", inConsul.millis(50), "ms", null,
                null, null));
        report.add(Result.aimedAt("latency.p99", what + ", p99", inBoth.millis(99), "ms", Target.under(50)));
        report.latency("append to PostgreSQL", inPostgres);
        report.latency("append to Consul", inConsul);
        report.latency("append to both", inBoth);
        report.stage("append to PostgreSQL, p50", inPostgres.millis(50));
        report.stage("append to Consul, p50", inConsul.millis(50));
    }

    private long due(int event, long start) {
        return start + TimeUnit.SECONDS.toNanos(event) / perSecond;
    }

    private static List<Sightings> sightings(long first, int changes) {
        return IntStream.range(0, NODES).mapToObj(node -> new Sightings(first, changes)).toList();
    }

    private static boolean all(List<Sightings> sightings, int changes) {
        return sightings.stream().allMatch(node -> node.count() >= changes);
    }
}
