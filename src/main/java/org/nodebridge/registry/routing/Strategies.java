// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Chooses nodes of a pool; counts and changes nothing. */
final class Strategies {

    /** Draws in a row that may give what was drawn before; then the first that was not is taken. */
    private static final int MAX_DRAWS = 20;

    /** A node with more calls in flight than so many times the mean is passed over for the next of the key. */
    private static final double BOUND = 1.25;

    private final RandomGenerator random;

    Strategies(RandomGenerator random) {
        this.random = random;
    }

    /**
     * The nodes to call, the best first; fewer than {@code count} where there are not so many.
     *
     * @param key of {@link Strategy#HASH}; of no meaning for others
     */
    List<Choice> choose(NodePool pool, Strategy strategy, String key, int count, long now) {
        int most = Math.min(count, pool.size());
        return switch (strategy) {
            case P2C -> betterOfTwo(pool, most, now);
            case WEIGHTED -> byChance(pool, most);
            case LEAST -> fewestInFlight(pool, most);
            case HASH -> ofKey(pool, key, most);
        };
    }

    private List<Choice> betterOfTwo(NodePool pool, int count, long now) {
        List<Choice> choices = new ArrayList<>(count);
        List<Integer> taken = new ArrayList<>(count + 2); // short, where a set for all nodes would be long
        while (choices.size() < count) {
            int first = draw(pool, taken);
            if (choices.size() == pool.size() - 1) {
                choices.add(new Choice(first, reasons(pool, first, "only_one_left")));
                continue;
            }
            taken.add(first);
            int second = draw(pool, taken);
            taken.remove(taken.size() - 1);
            boolean firstIsBetter = pool.hot[first] == pool.hot[second]
                    ? pool.score(first, now) <= pool.score(second, now)
                    : !pool.hot[first];
            int better = firstIsBetter ? first : second;
            taken.add(better);
            choices.add(new Choice(better, reasons(pool, better, "better_of_two")));
        }
        return choices;
    }

    private List<Choice> byChance(NodePool pool, int count) {
        List<Choice> choices = new ArrayList<>(count);
        List<Integer> taken = new ArrayList<>(count);
        while (choices.size() < count) {
            int drawn = draw(pool, taken);
            taken.add(drawn);
            choices.add(new Choice(drawn, reasons(pool, drawn, "chance_by_capacity")));
        }
        return choices;
    }

    private int draw(NodePool pool, List<Integer> taken) {
        for (int i = 0; i < MAX_DRAWS; i++) {
            int found = Arrays.binarySearch(pool.chance, random.nextDouble() * pool.chance[pool.size() - 1]);
            int drawn = Math.min(found < 0 ? -found - 1 : found + 1, pool.size() - 1);
            if (!taken.contains(drawn)) {
                return drawn;
            }
        }
        int drawn = random.nextInt(pool.size());
        while (taken.contains(drawn)) {
            drawn = (drawn + 1) % pool.size();
        }
        return drawn;
    }

    private List<Choice> fewestInFlight(NodePool pool, int count) {
        long salt = random.nextLong(); // among equals, chance
        return first(pool.size(), count, (a, b) -> {
            int hot = Boolean.compare(pool.hot[a], pool.hot[b]);
            int order = hot == 0 ? Double.compare(pool.inFlight[a], pool.inFlight[b]) : hot;
            return order == 0 ? Long.compare(mixed(a ^ salt), mixed(b ^ salt)) : order;
        }).mapToObj(i -> new Choice(i, reasons(pool, i, "fewest_in_flight"))).toList();
    }

    private static List<Choice> ofKey(NodePool pool, String key, int count) {
        long hash = NodeLoad.hash(key);
        double bound = Math.max(BOUND * pool.meanInFlight, pool.meanInFlight + 1);
        return first(pool.size(), count, (a, b) -> {
            int over = Boolean.compare(pool.inFlight[a] > bound, pool.inFlight[b] > bound);
            return over == 0
                    ? Long.compare(mixed(pool.loads[a].hash() ^ hash), mixed(pool.loads[b].hash() ^ hash))
                    : over;
        }).mapToObj(i -> new Choice(i, reasons(
                pool, i, pool.inFlight[i] > bound ? "over_bound" : "nearest_to_key"))).toList();
    }

    /** The first of all numbers below the size, in order; without sorting the others. */
    private static IntStream first(int size, int count, IntOrder order) {
        int[] best = new int[count];
        int found = 0;
        for (int i = 0; i < size; i++) {
            if (found == count && (count == 0 || order.compare(i, best[count - 1]) >= 0)) {
                continue;
            }
            int place = found < count ? found++ : count - 1;
            while (place > 0 && order.compare(i, best[place - 1]) < 0) {
                best[place] = best[place - 1];
                place--;
            }
            best[place] = i;
        }
        return Arrays.stream(best);
    }

    @FunctionalInterface
    private interface IntOrder {

        int compare(int first, int second);
    }

    private static List<String> reasons(NodePool pool, int i, String first) {
        List<String> reasons = new ArrayList<>();
        reasons.add(first);
        if (!pool.counted[i]) {
            reasons.add("average_load");
        }
        if (pool.hot[i]) {
            reasons.add(pool.nodes[i].warning() ? "warning" : "hot_cpu");
        }
        if (pool.starting[i]) {
            reasons.add("slow_start");
        }
        return reasons;
    }

    /** Spreads what differs little over all values. */
    private static long mixed(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
