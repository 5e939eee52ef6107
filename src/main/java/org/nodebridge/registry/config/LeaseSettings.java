// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How long a node counts as alive, by what it is watched, and what becomes of one that goes silent.
 *
 * @param ttls the lease that a heartbeat or probe gives, by node type
 * @param shortestTtl the shortest that a node can wish for
 * @param longestTtl the longest that a node can wish for
 * @param watches by what a node is watched, by node type
 * @param flushInterval how long heartbeats are collected in memory
 * @param interval how often the leader looks for leases that have ended
 * @param lagLimit how far the consumer group may be behind before nothing expires
 * @param suspectTime how long a suspect that cannot be probed stays one
 */
public record LeaseSettings(
        Map<String, Duration> ttls,
        Duration shortestTtl,
        Duration longestTtl,
        Map<String, Watch> watches,
        Duration flushInterval,
        Duration interval,
        Duration lagLimit,
        Duration suspectTime,
        Damping damping) {

    /** By what a node is watched. */
    public enum Watch {
        /** By heartbeats if it has sent any, else by probes when its lease ends. */
        AUTO,
        HEARTBEAT,
        PROBE,
        BOTH;

        /** The value in settings and in PostgreSQL. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How a check that goes up and down is kept from doing so in Consul.
     *
     * @param changes how often within the window it may become better; 0 for ever so often
     * @param time how long it must then be quiet
     */
    public record Damping(int changes, Duration window, Duration time) {}

    static LeaseSettings read(SettingsReader settings) {
        Duration ttl = settings.duration("registry.lease.ttl", null, "PT90S");
        Watch watch = settings.choice("registry.lease.watch", null, Watch.AUTO);
        return new LeaseSettings(
                SettingsReader.byNodeType(
                        type -> settings.duration("registry.lease." + type + ".ttl", null, ttl.toString())),
                settings.duration("registry.lease.shortest-ttl", null, "PT5S"),
                settings.duration("registry.lease.longest-ttl", null, "PT1H"),
                SettingsReader.byNodeType(type -> settings.choice("registry.lease." + type + ".watch", null, watch)),
                settings.duration("registry.lease.flush-interval", null, "PT2S"),
                settings.duration("registry.lease.interval", null, "PT5S"),
                settings.duration("registry.lease.lag-limit", null, "PT30S"),
                settings.duration("registry.lease.suspect-time", null, "PT30S"),
                new Damping(
                        settings.number("registry.damping.changes", null, 3, 0, 1_000),
                        settings.duration("registry.damping.window", null, "PT5M"),
                        settings.duration("registry.damping.time", null, "PT1M")));
    }

    /** The lease that a heartbeat or probe gives such a node, where it has no wish of its own. */
    public Duration ttl(String nodeType) {
        return ttls.get(nodeType);
    }

    /** By what such a node is watched. */
    public Watch watch(String nodeType) {
        return watches.get(nodeType);
    }

    /** What comes of a node's wish for a ttl, in seconds. */
    public double within(double wishedSeconds) {
        return Math.max(seconds(shortestTtl), Math.min(wishedSeconds, seconds(longestTtl)));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
