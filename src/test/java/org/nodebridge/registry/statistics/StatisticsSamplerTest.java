// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.metrics.MeterReadings;
import org.nodebridge.registry.statistics.SampleRing.Sample;

class StatisticsSamplerTest {

    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    private final Meters meters = new Meters();
    private final StatisticsSampler sampler = new StatisticsSampler(meters);

    /** What the meters say, as a test sets it. */
    private static final class Meters extends MeterReadings {

        private double applied;
        private double batches;
        private double batchSeconds;
        private double lag = Double.NaN;

        private Meters() {
            super(null, null);
        }

        @Override
        public double events(String... results) {
            return List.of(results).contains("applied") ? applied : 0;
        }

        @Override
        public double heartbeats() {
            return 0;
        }

        @Override
        public double batches() {
            return batches;
        }

        @Override
        public double batchSeconds() {
            return batchSeconds;
        }

        @Override
        public double lag() {
            return lag;
        }

        @Override
        public double nodes(String status) {
            return status.length();
        }

        @Override
        public double pendingWrites() {
            return 0;
        }

        @Override
        public double drift() {
            return 0;
        }

        @Override
        public double requests() {
            return 0;
        }

        @Override
        public double serverErrors() {
            return 0;
        }

        @Override
        public double takeRequestP99() {
            return Double.NaN;
        }
    }

    private void sampleAfter(int seconds) {
        sampler.sample(START.plusSeconds(seconds), TimeUnit.SECONDS.toNanos(seconds));
    }

    private double newest(Series series) {
        List<Sample> samples = sampler.samples();
        return samples.get(samples.size() - 1).values()[series.ordinal()];
    }

    @Test
    void hasNoSampleFromOneReading() {
        sampleAfter(0);

        assertThat(sampler.samples()).isEmpty();
    }

    @Test
    void ratesAreOfTheTimeThatHasPassed() {
        meters.applied = 1000;
        sampleAfter(0);
        meters.applied = 1050;
        sampleAfter(20);

        assertThat(newest(Series.EVENTS_APPLIED)).isCloseTo(2.5, within(1e-9));
        assertThat(sampler.samples()).extracting(Sample::at).containsExactly(START.plusSeconds(20));
    }

    @Test
    void aMeanIsOfWhatCameSinceAndNotKnownWhereNothingCame() {
        meters.batches = 10;
        meters.batchSeconds = 100;
        sampleAfter(0);
        meters.batches = 12;
        meters.batchSeconds = 101;
        sampleAfter(15);
        assertThat(newest(Series.BATCH_DURATION)).isCloseTo(0.5, within(1e-9));

        sampleAfter(30);
        assertThat(newest(Series.BATCH_DURATION)).isNaN();
    }

    @Test
    void aLevelIsAsItIsReadAndMayBeUnknown() {
        sampleAfter(0);
        sampleAfter(15);
        assertThat(newest(Series.LAG)).isNaN();
        assertThat(newest(Series.NODES_SUSPECT)).isEqualTo(7);

        meters.lag = 3;
        sampleAfter(30);
        assertThat(newest(Series.LAG)).isEqualTo(3);
    }

    @Test
    void keepsAnHourAndNoMore() {
        for (int sample = 0; sample <= 300; sample++) {
            sampleAfter(15 * sample);
        }

        assertThat(sampler.samples()).hasSize(240);
        assertThat(sampler.samples().get(0).at()).isEqualTo(START.plusSeconds(15 * 61));
    }
}
