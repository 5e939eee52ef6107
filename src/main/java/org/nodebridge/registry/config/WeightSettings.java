// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * Whether entries in Consul have weights.
 *
 * @param source what they are made of
 * @param interval how long a node's weight stands at least
 */
public record WeightSettings(Source source, Duration interval) {

    /** What is used where nothing is set. */
    public static final WeightSettings DEFAULT = new WeightSettings(Source.OFF, Duration.ofMinutes(1));

    /** Of the ten steps the one of a node with its service's average of load and capacity, and of a new node. */
    public static final int AVERAGE_STEP = 6;

    private static final Duration SHORTEST = Duration.ofSeconds(1);

    /** What weights are made of. */
    public enum Source {
        /** There are none: Consul's own, which are the same for all. */
        OFF,
        /** What the nodes can do and what they say that they are doing. */
        LOAD
    }

    /** Whether there are any. */
    public boolean byLoad() {
        return source == Source.LOAD;
    }

    static WeightSettings read(SettingsReader settings) {
        WeightSettings weights = new WeightSettings(
                settings.choice("registry.consul.weights", null, DEFAULT.source),
                settings.duration("registry.consul.weights-interval", null, DEFAULT.interval.toString()));
        if (weights.interval.compareTo(SHORTEST) < 0) {
            settings.refuse("registry.consul.weights-interval must be a second at least, but is \""
                    + weights.interval + "\"");
        }
        return weights;
    }
}
