// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The same work, measured window after window until it costs its server the same CPU time each time. A JVM compiles
 * for minutes after its start, and a figure from that time describes its compiler; so the first window and the last
 * ones are reported apart.
 */
final class SteadyState {

    /** So many successive windows count as steady when their cost differs by less than {@link #TOLERANCE}. */
    private static final int ALIKE = 3;
    private static final double TOLERANCE = 0.05;

    private static final String REGISTRY = "registry";
    private static final List<String> PROCESSES = List.of(REGISTRY, "postgresql", "consul", "kafka");

    /** What is measured; it fills in the latencies where it has any. */
    interface Work {
        Throughput during(Duration length, Latencies latencies) throws Exception;
    }

    /**
     * What one window has shown, or several together.
     *
     * @param cpuSeconds of each process by its name
     */
    record Window(Throughput throughput, Latencies latencies, Map<String, Double> cpuSeconds) {

        /** Milliseconds of a process's CPU time for each operation. */
        double cpuMillis(String process) {
            return cpuSeconds.getOrDefault(process, Double.NaN) * 1_000 / throughput.count();
        }

        Window plus(Window other) {
            Map<String, Double> sum = new TreeMap<>(cpuSeconds);
            other.cpuSeconds.forEach((process, seconds) -> sum.merge(process, seconds, Double::sum));
            return new Window(
                    new Throughput(throughput.count() + other.throughput.count(),
                            throughput.nanos() + other.throughput.nanos()),
                    latencies.plus(other.latencies), sum);
        }
    }

    private final String process;
    private final List<Window> windows;

    /** @param process whose cost counts */
    SteadyState(String process, List<Window> windows) {
        this.process = process;
        this.windows = List.copyOf(windows);
    }

    /** Measures until the cost to the registry is steady; other than that as the next. */
    static SteadyState of(Bench bench, Duration window, int most, Work work) throws Exception {
        return of(bench, REGISTRY, window, most, work);
    }

    /**
     * Measures until the cost is steady.
     *
     * @param process whose cost counts, by the name of its directory
     * @param most windows; a cost that is not steady by then is reported as it is
     */
    static SteadyState of(Bench bench, String process, Duration window, int most, Work work) throws Exception {
        List<Window> windows = new ArrayList<>();
        SteadyState state;
        do {
            Latencies latencies = new Latencies();
            ProcessUse use = ProcessUse.of(bench.registry().directory());
            Throughput throughput = work.during(window, latencies);
            windows.add(new Window(throughput, latencies, use.since().stream()
                    .collect(Collectors.toMap(ProcessUse.Use::process, ProcessUse.Use::cpuSeconds, Double::sum))));
            state = new SteadyState(process, windows);
            bench.progress().accept("window %d: %s/s, %s ms of CPU time of %s each".formatted(
                    windows.size(), Numbers.text(throughput.perSecond()),
                    Numbers.text(state.last(1).cpuMillis(process)), process));
        } while (windows.size() < most && !state.isReached());
        return state;
    }

    /** The first window, which begins right after a start where the row has started the registry. */
    Window first() {
        return windows.get(0);
    }

    /** The last windows together. */
    Window steady() {
        return last(ALIKE);
    }

    boolean isReached() {
        if (windows.size() < ALIKE) {
            return false;
        }
        double[] costs = windows.subList(windows.size() - ALIKE, windows.size()).stream()
                .mapToDouble(window -> window.cpuMillis(process))
                .sorted()
                .toArray();
        return costs[ALIKE - 1] < costs[0] * (1 + TOLERANCE);
    }

    private Window last(int count) {
        return windows.subList(Math.max(0, windows.size() - count), windows.size()).stream()
                .reduce(Window::plus)
                .orElseThrow();
    }

    /**
     * Adds throughput and CPU time of the first window, and CPU time of the steady ones, where the registry is measured
     * also of what it works with; their throughput is the row's to add.
     *
     * @param unit of one operation
     * @param own the most that the measured process shall take for one, or {@code null}
     * @param postgres the same of PostgreSQL
     */
    void report(Report report, String key, String what, String unit, Target own, Target postgres) {
        report.add(Result.reported(key + ".windows", what + ", windows until steady"
                + (isReached() ? "" : " (not reached)"), windows.size(), "windows"));
        report.add(Result.reported(
                key + ".first", what + ", first window", first().throughput().perSecond(), unit + "s/s"));
        report.add(Result.reported(
                key + ".first.cpu", what + ", first window, CPU of " + process,
                first().cpuMillis(process), "ms/" + unit));
        for (String each : process.equals(REGISTRY) ? PROCESSES : List.of(process)) {
            Target target = each.equals(process) ? own : each.equals("postgresql") ? postgres : null;
            report.add(new Result(
                    key + ".cpu." + each, what + ", steady, CPU of " + each, steady().cpuMillis(each),
                    "ms/" + unit, null, null, target));
        }
    }
}
