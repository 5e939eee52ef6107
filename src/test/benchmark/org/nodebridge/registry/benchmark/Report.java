// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** All that a run has found. For one thread. */
final class Report {

    private final List<Result> results = new ArrayList<>();
    private final Map<String, String> failures = new LinkedHashMap<>();
    private final Map<String, List<ProcessUse.Use>> processes = new LinkedHashMap<>();
    private final Map<String, Double> seconds = new LinkedHashMap<>();
    private final SortedMap<Integer, Double> throughputs = new TreeMap<>();
    private final Map<String, Latencies> latencies = new LinkedHashMap<>();
    private final Map<String, Double> stages = new LinkedHashMap<>();

    void add(Result result) {
        results.add(result);
    }

    /** Adds a line that is compared with what an earlier row has found. */
    void addComparedWith(String key, Result result) {
        Result other = find(key);
        results.add(new Result(
                result.key(), result.what(), result.measured(), result.unit(),
                other == null ? key : other.what(), other == null ? null : other.measured(), result.target()));
    }

    /** The row could not be measured. */
    void failed(String row, Throwable why) {
        failures.put(row, why.getMessage() == null ? why.toString() : why.getMessage());
    }

    /** What the row took of the machine, and how many seconds. */
    void used(String row, List<ProcessUse.Use> uses, double elapsed) {
        processes.put(row, uses);
        seconds.put(row, elapsed);
    }

    /** A point of the chart of throughput over registered nodes. */
    void throughput(int nodes, double perSecond) {
        throughputs.put(nodes, perSecond);
    }

    void latency(String name, Latencies measured) {
        latencies.put(name, measured);
    }

    /** Milliseconds of one stage on a record's way. */
    void stage(String name, double milliseconds) {
        stages.put(name, milliseconds);
    }

    List<Result> results() {
        return List.copyOf(results);
    }

    Map<String, String> failures() {
        return failures;
    }

    Map<String, List<ProcessUse.Use>> processes() {
        return processes;
    }

    Map<String, Double> seconds() {
        return seconds;
    }

    SortedMap<Integer, Double> throughputs() {
        return throughputs;
    }

    Map<String, Latencies> latencies() {
        return latencies;
    }

    Map<String, Double> stages() {
        return stages;
    }

    private Result find(String key) {
        return results.stream().filter(result -> result.key().equals(key)).findFirst().orElse(null);
    }
}
