// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.statistics;

import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.nodebridge.registry.metrics.MeterReadings;

/** What is sampled; in the order in which it is answered. */
enum Series {
    EVENTS_APPLIED(Unit.PER_SECOND, "events that changed a node", events("applied")),
    EVENTS_UNCHANGED(Unit.PER_SECOND, "events that said what was known", events("unchanged")),
    EVENTS_STALE(Unit.PER_SECOND, "events older than what was known", events("stale", "superseded")),
    EVENTS_DEAD_LETTERED(Unit.PER_SECOND, "events dead-lettered", events("dead_lettered")),
    EVENTS_IGNORED(Unit.PER_SECOND, "events of kinds that say nothing of a node", events("ignored")),
    HEARTBEATS(Unit.PER_SECOND, "heartbeats received", MeterReadings::heartbeats),
    BATCH_DURATION(
            Unit.SECONDS,
            "mean time of a batch of records, both stores",
            MeterReadings::batchSeconds,
            MeterReadings::batches),
    LAG(Unit.RECORDS, "records not yet committed by the consumer group", MeterReadings::lag),
    NODES_ACTIVE(Unit.NODES, "active nodes", nodes("active")),
    NODES_SUSPECT(Unit.NODES, "suspect nodes", nodes("suspect")),
    NODES_DRAINING(Unit.NODES, "draining nodes", nodes("draining")),
    NODES_EXPIRED(Unit.NODES, "expired nodes, as long as their tombstones are kept", nodes("expired")),
    PENDING_CONSUL_WRITES(
            Unit.NODES, "nodes whose state Consul has yet to confirm", MeterReadings::pendingWrites),
    DRIFT(Unit.NODES, "nodes over which Consul and PostgreSQL disagree", MeterReadings::drift),
    HTTP_REQUESTS(Unit.PER_SECOND, "HTTP requests answered", MeterReadings::requests),
    HTTP_ERRORS(Unit.PER_SECOND, "HTTP requests answered with 5xx", MeterReadings::serverErrors),
    HTTP_P99(
            Unit.SECONDS, "99th percentile of the time to the beginning of an HTTP answer",
            MeterReadings::takeRequestP99);

    /** What values are counted in, and whether they are differences. */
    enum Unit {
        PER_SECOND("1/s", true),
        SECONDS("s", false),
        RECORDS("records", false),
        NODES("nodes", false);

        private final String symbol;
        private final boolean rate;

        Unit(String symbol, boolean rate) {
            this.symbol = symbol;
            this.rate = rate;
        }

        String symbol() {
            return symbol;
        }
    }

    private final Unit unit;
    private final String description;
    private final ToDoubleFunction<MeterReadings> total;
    private final ToDoubleFunction<MeterReadings> divisor;

    Series(Unit unit, String description, ToDoubleFunction<MeterReadings> total) {
        this(unit, description, total, null);
    }

    /** @param divisor for a mean: what the growth of the total is divided by the growth of */
    Series(
            Unit unit, String description, ToDoubleFunction<MeterReadings> total,
            ToDoubleFunction<MeterReadings> divisor) {
        this.unit = unit;
        this.description = description;
        this.total = total;
        this.divisor = divisor;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    Unit unit() {
        return unit;
    }

    String description() {
        return description;
    }

    Reading read(MeterReadings meters) {
        return new Reading(total.applyAsDouble(meters), divisor == null ? 0 : divisor.applyAsDouble(meters));
    }

    /** The value between two readings; NaN where there is none. */
    double between(Reading before, Reading now, double seconds) {
        if (divisor != null) {
            // of no batch there is no duration: 0 / 0
            return (now.total - before.total) / (now.divisor - before.divisor);
        }
        return unit.rate ? (now.total - before.total) / seconds : now.total;
    }

    /** What the meters of a series say at one time. */
    record Reading(double total, double divisor) {}

    private static ToDoubleFunction<MeterReadings> events(String... results) {
        return meters -> meters.events(results);
    }

    private static ToDoubleFunction<MeterReadings> nodes(String status) {
        return meters -> meters.nodes(status);
    }
}
