// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.nodebridge.registry.catalog.consul.TransactionBodies;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.servers.ConsulServer;

/**
 * What a durable Consul of its own takes alone: the registry's own transactions, as many at once as the registry has,
 * and registrations with the agent one after the other.
 */
final class ConsulLimit implements Row {

    static final String TRANSACTIONS = "limit.consul.txn";
    static final String ONE = "limit.consul.one";
    static final String CATALOG = "limit.consul.catalog";
    static final String AGENT = "limit.consul.agent";

    /** A second of the fastest Consul seen so far, doubled. */
    private static final int ENTRIES_A_SECOND = 15_000;

    /** Transactions are made before the clock starts, and have to be kept until they are sent. */
    private static final int MOST_ENTRIES = 60_000;

    private final ConsulServer consul;

    ConsulLimit(ConsulServer consul) {
        this.consul = consul;
    }

    @Override
    public String name() {
        return "limits-consul";
    }

    @Override
    public void measure(Bench bench) throws Exception {
        ConsulCalls calls = new ConsulCalls(consul.url());
        List<Introduced> nodes = Introductions.of(bench.plan().nodes());
        String version = Machine.consul(consul.url());
        for (byte[] body : TransactionBodies.of(nodes, version)) {
            calls.transact(body);
        }
        bench.report().add(Result.reported(
                TRANSACTIONS, "Consul alone: /v1/txn, service and check, 4 at once",
                transactions(bench.plan(), calls, nodes, version), "entries/s"));
        bench.report().add(Result.reported(
                ONE, "Consul alone: /v1/txn with one entry, one at a time, p50",
                one(bench.plan(), calls, nodes, version).millis(50), "ms"));
        Latencies catalog = new Latencies();
        bench.report().add(Result.reported(
                CATALOG, "Consul alone: its catalog's own call, " + ManualRegistrations.IN_FLIGHT + " in flight",
                catalog(bench.plan(), calls, nodes, catalog), "entries/s"));
        bench.report().add(Result.reported(
                CATALOG + ".p99", "The same, p99", catalog.millis(99), "ms"));
        bench.report().add(Result.reported(
                AGENT, "Consul alone: agent registration, one at a time",
                agent(bench.plan(), calls, nodes), "entries/s"));
    }

    private static double transactions(Plan plan, ConsulCalls calls, List<Introduced> nodes, String version)
            throws Exception {
        long wanted = Math.min(MOST_ENTRIES, plan.share(0.07).toMillis() * ENTRIES_A_SECOND / 1_000);
        Queue<byte[]> bodies = new ConcurrentLinkedQueue<>();
        long entries = 0;
        while (entries < wanted) {
            bodies.addAll(TransactionBodies.of(Introductions.again(nodes), version));
            entries += nodes.size();
        }
        double entriesInOne = (double) entries / bodies.size();
        long end = Workers.end(plan.share(0.07));
        Throughput throughput = Workers.run(TransactionBodies.AT_ONCE, () -> {
            long sent = 0;
            byte[] body = bodies.poll();
            while (body != null && System.nanoTime() < end) {
                calls.transact(body);
                sent++;
                body = bodies.poll();
            }
            return sent;
        });
        return throughput.perSecond() * entriesInOne;
    }

    private static Latencies one(Plan plan, ConsulCalls calls, List<Introduced> nodes, String version)
            throws Exception {
        Latencies times = new Latencies();
        long end = Workers.end(plan.share(0.05));
        for (int number = 0; System.nanoTime() < end; number++) {
            List<Introduced> one = Introductions.again(List.of(nodes.get(number % nodes.size())));
            byte[] body = TransactionBodies.of(one, version).get(0);
            long start = System.nanoTime();
            calls.transact(body);
            times.record(System.nanoTime() - start);
        }
        return times;
    }

    private static double catalog(Plan plan, ConsulCalls calls, List<Introduced> nodes, Latencies times)
            throws Exception {
        long end = Workers.end(plan.share(0.07));
        AtomicInteger next = new AtomicInteger();
        return Workers.run(ManualRegistrations.IN_FLIGHT, () -> {
            long sent = 0;
            while (System.nanoTime() < end) {
                Introduced node = nodes.get(Math.floorMod(next.getAndIncrement(), nodes.size()));
                long start = System.nanoTime();
                calls.registerInCatalog(Introductions.again(List.of(node)).get(0));
                times.record(System.nanoTime() - start);
                sent++;
            }
            return sent;
        }).perSecond();
    }

    private static double agent(Plan plan, ConsulCalls calls, List<Introduced> nodes) throws Exception {
        long end = Workers.end(plan.share(0.07));
        return Workers.run(1, () -> {
            long sent = 0;
            while (sent < nodes.size() && System.nanoTime() < end) {
                calls.registerWithAgent(nodes.get((int) sent++));
            }
            return sent;
        }).perSecond();
    }
}
