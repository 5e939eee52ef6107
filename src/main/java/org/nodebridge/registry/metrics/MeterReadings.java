// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.metrics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Gauge;
import org.eclipse.microprofile.metrics.MetricFilter;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Timer;
import org.eclipse.microprofile.metrics.annotation.RegistryScope;

/**
 * What this replica's meters say now, summed over their labels. Counts are since the start of the replica; what a gauge
 * does not know is NaN. Safe from many threads; each call goes through all meters.
 */
@ApplicationScoped
public class MeterReadings {

    private static final double SLOWEST = 0.99;

    private final MetricRegistry registry;
    private final HttpMetrics http;

    @Inject
    public MeterReadings(@RegistryScope MetricRegistry registry, HttpMetrics http) {
        this.registry = registry;
        this.http = http;
    }

    MeterReadings() {
        this(null, null); // for the client proxy
    }

    /** Events that are done with, by any of these results; heartbeats are not among them. */
    public double events(String... results) {
        return counted(RegistryMetrics.EVENTS, labels -> !"heartbeat".equals(labels.get("kind"))
                && List.of(results).contains(labels.get("result")));
    }

    /** Heartbeats received. */
    public double heartbeats() {
        return counted(RegistryMetrics.HEARTBEATS, labels -> "received".equals(labels.get("outcome")));
    }

    /** Batches of records. */
    public double batches() {
        return timers().stream().mapToLong(Timer::getCount).sum();
    }

    /** How long they took together, in seconds. */
    public double batchSeconds() {
        return timers().stream().mapToDouble(timer -> timer.getElapsedTime().toNanos() / 1e9).sum();
    }

    private Collection<Timer> timers() {
        return registry.getTimers(named(RegistryMetrics.BATCH_DURATION, labels -> true)).values();
    }

    /** Records of all topics that the consumer group has yet to commit; NaN while Kafka is unavailable. */
    public double lag() {
        return isUp("kafka") ? level(RegistryMetrics.LAG, labels -> true) : Double.NaN;
    }

    /** Nodes of all types in this state; NaN while PostgreSQL is unavailable. */
    public double nodes(String status) {
        return !isUp("postgres") ? Double.NaN
                : level(RegistryMetrics.NODES, labels -> status.equals(labels.get("status")));
    }

    /** Nodes whose state Consul has yet to confirm; NaN while PostgreSQL is unavailable, which has the list. */
    public double pendingWrites() {
        return !isUp("postgres") ? Double.NaN : level(RegistryMetrics.PENDING, labels -> true);
    }

    /** Nodes over which Consul and PostgreSQL disagree, of all kinds; NaN while one of the two is unavailable. */
    public double drift() {
        return !isUp("postgres") || !isUp("consul") ? Double.NaN : level(RegistryMetrics.DRIFT, labels -> true);
    }

    /** HTTP requests answered. */
    public double requests() {
        return counted(HttpMetrics.REQUESTS, labels -> true);
    }

    /** Those of them that were answered with 5xx. */
    public double serverErrors() {
        return counted(HttpMetrics.REQUESTS, labels -> "5xx".equals(labels.get("status")));
    }

    /**
     * The 99th percentile of the time of HTTP requests since the last call, in seconds; NaN where there was none. For
     * one caller alone, as a call forgets the times.
     */
    public double takeRequestP99() {
        return http.takeTime(SLOWEST);
    }

    /** Where it is not, its gauges keep what was read last. */
    private boolean isUp(String component) {
        return level(ReplicaMetrics.COMPONENT_UP, labels -> component.equals(labels.get("component"))) > 0;
    }

    private double counted(String name, Predicate<Map<String, String>> labels) {
        return registry.getCounters(named(name, labels)).values().stream().mapToLong(Counter::getCount).sum();
    }

    private double level(String name, Predicate<Map<String, String>> labels) {
        return registry.getGauges(named(name, labels)).values().stream()
                .mapToDouble(MeterReadings::value)
                .reduce(Double::sum)
                .orElse(Double.NaN);
    }

    private static double value(Gauge<?> gauge) {
        Number value = gauge.getValue();
        return value == null ? Double.NaN : value.doubleValue();
    }

    private static MetricFilter named(String name, Predicate<Map<String, String>> labels) {
        return (id, metric) -> id.getName().equals(name) && labels.test(id.getTags());
    }
}
