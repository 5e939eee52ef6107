// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.nodebridge.registry.discovery.DiscoveredNode;

/**
 * Fifty nodes, every second with four times the capacity of the others, one of these ten times slower than it says, and
 * twenty callers, each of whom asks one of two replicas 25 times a second and calls what it receives. A replica counts
 * its own hand-outs only. Each node works on as many calls at once as its capacity says, 0.1 s each on the average;
 * others wait in its queue. Heartbeats come every 30 s, of each node at another time. What happens follows from the
 * seed.
 */
final class Simulation {

    static final int NODES = 50;
    static final int SLOW = 1;
    private static final int CALLERS = 20;
    private static final int REPLICAS = 2;
    private static final double MILLIS_BETWEEN_CALLS = 40;
    private static final double SERVICE_MILLIS = 100;
    static final long HEARTBEAT_MILLIS = 30_000;

    /** Callers who ask and call, calls that leave nodes, and heartbeats. */
    private enum Kind {
        CALL,
        DONE,
        HEARTBEAT
    }

    /** @param which the caller or the node */
    private record Happening(double at, Kind kind, int which) implements Comparable<Happening> {

        @Override
        public int compareTo(Happening other) {
            return Double.compare(at, other.at);
        }
    }

    /**
     * What was in one heartbeat interval.
     *
     * @param slowShare how many calls the slow node got for its capacity, beside the mean
     * @param slowLoad calls in flight or waiting at the slow node for its capacity, on the average of the time
     * @param meanLoad the same of all others
     * @param loads the same of each
     * @param queues of these others, each at the moment of its heartbeat
     */
    record Interval(double slowShare, double slowLoad, double meanLoad, List<Double> loads, List<Queue> queues) {}

    /**
     * A node at one moment.
     *
     * @param calls at it, working or waiting
     */
    record Queue(int capacity, int calls) {

        double load() {
            return (double) calls / capacity;
        }
    }

    /** One that answers by what it has handed out itself, beside what the heartbeats say. */
    private final class Replica {

        private final Strategies strategies = new Strategies(random.split());
        private final NodeLoads loads = new NodeLoads();
        private NodePool pool;

        private int answer(long now) {
            if (pool == null || now - pool.builtAt >= 1000) {
                pool = NodePool.of(nodes, Nodes.ANY, loads::of, now);
            }
            int chosen = strategies.choose(pool, strategy, null, 1, now).get(0).index();
            pool.loads[chosen].handOut(now);
            return chosen;
        }
    }

    private final SplittableRandom random;
    private final Strategy strategy;
    private final double slowUntil;
    private final List<Replica> replicas = new ArrayList<>();
    private final List<DiscoveredNode> nodes = new ArrayList<>();
    private final PriorityQueue<Happening> ahead = new PriorityQueue<>();
    private final List<Deque<Double>> waiting = new ArrayList<>();
    private final int[] working = new int[NODES];
    private final int[] calls = new int[NODES];
    private final double[] loadTime = new double[NODES];
    private final double[] lookedAt = new double[NODES];
    private List<Queue> queues = new ArrayList<>();

    /** @param slowUntil how long the slow node is slow, in milliseconds */
    Simulation(Strategy strategy, long seed, double slowUntil) {
        this.slowUntil = slowUntil;
        this.strategy = strategy;
        this.random = new SplittableRandom(seed);
        for (int i = 0; i < REPLICAS; i++) {
            replicas.add(new Replica());
        }
        for (int i = 0; i < NODES; i++) {
            nodes.add(Nodes.of("node-" + i, capacity(i), -1, Long.MIN_VALUE));
            waiting.add(new ArrayDeque<>());
            ahead.add(new Happening(random.nextDouble() * HEARTBEAT_MILLIS, Kind.HEARTBEAT, i));
        }
        for (int caller = 0; caller < CALLERS; caller++) {
            ahead.add(new Happening(exponential(MILLIS_BETWEEN_CALLS), Kind.CALL, caller));
        }
    }

    List<Interval> run(int intervals) {
        List<Interval> all = new ArrayList<>();
        while (all.size() < intervals) {
            Happening next = ahead.poll();
            if (next.at >= (all.size() + 1) * (double) HEARTBEAT_MILLIS) {
                all.add(interval((all.size() + 1) * (double) HEARTBEAT_MILLIS));
            }
            switch (next.kind) {
                case CALL -> call(next.at, next.which);
                case DONE -> done(next.at, next.which);
                case HEARTBEAT -> heartbeat(next.at, next.which);
            }
        }
        return all;
    }

    private void call(double at, int caller) {
        int chosen = replicas.get(caller % REPLICAS).answer((long) at);
        calls[chosen]++;
        look(at, chosen);
        if (working[chosen] < capacity(chosen)) {
            begin(at, chosen);
        } else {
            waiting.get(chosen).add(at);
        }
        ahead.add(new Happening(at + exponential(MILLIS_BETWEEN_CALLS), Kind.CALL, caller));
    }

    private void begin(double at, int node) {
        working[node]++;
        double service = node == SLOW && at < slowUntil ? 10 * SERVICE_MILLIS : SERVICE_MILLIS;
        ahead.add(new Happening(at + exponential(service), Kind.DONE, node));
    }

    private void done(double at, int node) {
        look(at, node);
        working[node]--;
        if (waiting.get(node).poll() != null) {
            begin(at, node);
        }
    }

    private void heartbeat(double at, int node) {
        if (node != SLOW) {
            queues.add(new Queue(capacity(node), load(node)));
        }
        nodes.set(node, Nodes.of("node-" + node, capacity(node), load(node), (long) at));
        ahead.add(new Happening(at + HEARTBEAT_MILLIS, Kind.HEARTBEAT, node));
    }

    private int load(int node) {
        return working[node] + waiting.get(node).size();
    }

    private void look(double at, int node) {
        loadTime[node] += load(node) * (at - lookedAt[node]);
        lookedAt[node] = at;
    }

    private Interval interval(double end) {
        double sum = 0;
        List<Double> each = new ArrayList<>();
        int all = 0;
        int capacities = 0;
        for (int i = 0; i < NODES; i++) {
            look(end, i);
            all += calls[i];
            capacities += capacity(i);
            if (i != SLOW) {
                double mean = loadTime[i] / HEARTBEAT_MILLIS / capacity(i);
                sum += mean;
                each.add(mean);
            }
        }
        Interval interval = new Interval(
                (double) calls[SLOW] / capacity(SLOW) / all * capacities,
                loadTime[SLOW] / HEARTBEAT_MILLIS / capacity(SLOW), sum / (NODES - 1), each,
                queues);
        queues = new ArrayList<>();
        Arrays.fill(calls, 0);
        Arrays.fill(loadTime, 0);
        return interval;
    }

    private static int capacity(int node) {
        return node % 2 == 0 ? 1 : 4;
    }

    private double exponential(double mean) {
        return -mean * StrictMath.log(1 - random.nextDouble());
    }
}
