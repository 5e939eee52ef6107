package org.nodebridge.registry.benchmark;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.nodebridge.registry.catalog.TransactionBodies;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.servers.ConsulServer;

/**
 * What a durable Consul of its own takes alone: the registry's own transactions, as many at once as the registry has,
 * and registrations with the agent one after the other.
 */
final class ConsulLimit implements Row {

    static final String TRANSACTIONS = "limit.consul.txn";
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
        bench.report().add(Result.told(
                TRANSACTIONS, "Consul alone: /v1/txn, service and check, 4 at once",
                transactions(bench.plan(), calls, nodes, version), "entries/s"));
        bench.report().add(Result.told(
                AGENT, "Consul alone: agent registration, one at a time",
                agent(bench.plan(), calls, nodes), "entries/s"));
    }

    private static double transactions(Plan plan, ConsulCalls calls, List<Introduced> nodes, String version)
            throws Exception {
        long wanted = Math.min(MOST_ENTRIES, plan.share(0.1).toMillis() * ENTRIES_A_SECOND / 1_000);
        Queue<byte[]> bodies = new ConcurrentLinkedQueue<>();
        long entries = 0;
        while (entries < wanted) {
            bodies.addAll(TransactionBodies.of(Introductions.again(nodes), version));
            entries += nodes.size();
        }
        double entriesInOne = (double) entries / bodies.size();
        long end = Workers.end(plan.share(0.1));
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

    private static double agent(Plan plan, ConsulCalls calls, List<Introduced> nodes) throws Exception {
        long end = Workers.end(plan.share(0.1));
        return Workers.run(1, () -> {
            long sent = 0;
            while (sent < nodes.size() && System.nanoTime() < end) {
                calls.registerWithAgent(nodes.get((int) sent++));
            }
            return sent;
        }).perSecond();
    }
}
