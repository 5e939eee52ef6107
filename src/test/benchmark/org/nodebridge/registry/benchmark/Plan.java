// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How long and with how many nodes to measure.
 *
 * @param seconds the longest row's time; the others have their share of it
 * @param nodes how many distinct nodes most rows have
 * @param mostNodes how many the large store has
 * @param jvm options of the JVMs of registry and Eureka, such as {@code -Xmx512m}; may be empty
 * @param minutes no row begins later than that
 * @param rows the rows to measure, by name; {@code all} for all
 */
record Plan(int seconds, int nodes, int mostNodes, String jvm, int minutes, List<String> rows) {

    /** What {@code -D} sets, else the defaults that docs/performance.md lists. */
    static Plan ofSystemProperties() {
        return new Plan(
                Integer.getInteger("benchmark.seconds", 60),
                Integer.getInteger("benchmark.nodes", 10_000),
                Integer.getInteger("benchmark.nodes.most", 100_000),
                System.getProperty("benchmark.jvm", "-Xmx512m -XX:+UseTransparentHugePages"),
                Integer.getInteger("benchmark.minutes", 12),
                Arrays.asList(System.getProperty("benchmark.rows", "all").split(",")));
    }

    Plan {
        if (seconds < 1 || nodes < 10 || mostNodes < nodes) {
            throw new IllegalArgumentException("benchmark.seconds must be at least 1, benchmark.nodes at least 10, and"
                    + " benchmark.nodes.most not less than that");
        }
    }

    /** The same for so short a time. */
    Plan of(Duration longest) {
        return new Plan(
                (int) Math.max(1, longest.toSeconds()), nodes, mostNodes, jvm, minutes, rows);
    }

    /** A tenth, a quarter … of the longest row's time; one second at least. */
    Duration share(double part) {
        return Duration.ofMillis(Math.max(1_000, Math.round(seconds * 1_000 * part)));
    }

    /** How many nodes the small store has. */
    int fewestNodes() {
        return Math.max(10, nodes / 10);
    }

    boolean measures(String row) {
        return rows.contains("all") || rows.contains(row);
    }
}
