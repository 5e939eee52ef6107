// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.util.Map;
import java.util.TreeMap;

/** The mean times of the registry's own timers between two looks at its metrics. */
final class StageTimes {

    private static final String SUM = "_seconds_sum";

    private StageTimes() {}

    /** Name and labels of each timer that was used to milliseconds. */
    static Map<String, Double> between(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Double> stages = new TreeMap<>();
        after.forEach((sample, sum) -> {
            if (!sample.contains(SUM) || sample.startsWith("registry_lease_age")) {
                return;
            }
            String count = sample.replace(SUM, "_seconds_count");
            double uses = after.getOrDefault(count, 0.0) - before.getOrDefault(count, 0.0);
            if (uses > 0) {
                double seconds = sum - before.getOrDefault(sample, 0.0);
                stages.put(sample.replace(SUM, "").replaceFirst("^registry_", ""), 1_000 * seconds / uses);
            }
        });
        return stages;
    }
}
