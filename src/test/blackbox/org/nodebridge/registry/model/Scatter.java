// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * An event on its way, on a partition that has nothing to do with its node.
 *
 * @param place where it stands in the order of sending
 */
public record Scatter(ModelEvent event, int partition, double place) {

    /** How far most events are out of their order, in events. */
    private static final double USUAL_DELAY = 100;

    /**
     * The events out of order, some of them twice and some very late, each on any partition.
     *
     * @param seed the same one gives the same
     */
    public static List<Scatter> of(List<ModelEvent> events, int partitions, long seed) {
        Random random = new Random(seed);
        List<Scatter> scattered = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            int copies = random.nextInt(10) == 0 ? 2 : 1;
            for (int copy = 0; copy < copies; copy++) {
                double place = random.nextInt(5) == 0
                        ? i + random.nextDouble() * (events.size() - i)
                        : i + random.nextDouble() * USUAL_DELAY;
                scattered.add(new Scatter(events.get(i), random.nextInt(partitions), place));
            }
        }
        scattered.sort(Comparator.comparingDouble(Scatter::place));
        return scattered;
    }
}
