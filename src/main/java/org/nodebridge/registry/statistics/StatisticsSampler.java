// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.statistics;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.metrics.MeterReadings;
import org.nodebridge.registry.statistics.SampleRing.Sample;
import org.nodebridge.registry.statistics.Series.Reading;

/** Takes the samples of this replica. The samples are safe to read from any thread. */
@ApplicationScoped
class StatisticsSampler {

    static final Duration INTERVAL = Duration.ofSeconds(15);
    /** Those of an hour. */
    static final int CAPACITY = 240;

    private final MeterReadings meters;
    private final SampleRing ring = new SampleRing(CAPACITY);
    /** Of the run before; only the task uses it, which never runs twice at once. */
    private List<Reading> before;
    private long readAt;

    @Inject
    StatisticsSampler(MeterReadings meters) {
        this.meters = meters;
    }

    StatisticsSampler() {
        this(null); // for the client proxy
    }

    void start(@Observes Startup startup, RecurringTasks tasks) {
        tasks.start("statistics", INTERVAL, () -> true, () -> sample(Instant.now(), System.nanoTime()));
    }

    /** The samples of the last hour, oldest first; the first one is an interval younger than the replica. */
    List<Sample> samples() {
        return ring.all();
    }

    /** @param nanos by a clock that nothing sets */
    void sample(Instant at, long nanos) {
        List<Reading> now = Stream.of(Series.values()).map(series -> series.read(meters)).toList();
        if (before != null) {
            double seconds = Math.max(1, nanos - readAt) / 1e9;
            ring.add(new Sample(at, Stream.of(Series.values())
                    .mapToDouble(
                            each -> each.between(before.get(each.ordinal()), now.get(each.ordinal()), seconds))
                    .toArray()));
        }
        before = now;
        readAt = nanos;
    }
}
