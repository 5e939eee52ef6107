// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class SweepIntervalTest {

    private final List<Long> pauses = new ArrayList<>();
    private long now = -1_000;
    private boolean hurry;

    private final SweepInterval pace = new SweepInterval(Duration.ofNanos(500), () -> now, nanos -> {
        pauses.add(nanos);
        now += nanos;
        return hurry;
    });

    @Test
    void pausesTwiceAsLongAsEachStepTook() {
        step(100);
        step(7);

        assertThat(pauses).containsExactly(200L, 14L);
    }

    @Test
    void pausesNoLongerInAllThanItMay() {
        step(200);
        step(200);
        step(200);

        assertThat(pauses).containsExactly(400L, 100L);
    }

    @Test
    void doesNotPauseAnyMoreOnceItMustHurry() {
        hurry = true;
        step(10);
        step(10);

        assertThat(pauses).containsExactly(20L);
    }

    @Test
    void hurriesOnceTheLatchIsOpen() {
        CountDownLatch stopping = new CountDownLatch(1);
        SweepInterval real = SweepInterval.within(Duration.ofHours(1), stopping);
        stopping.countDown();

        real.pause();
        real.pause();
    }

    @Test
    void doesNotPauseAfterAnInterruptAndLeavesItSet() {
        SweepInterval interrupted = new SweepInterval(Duration.ofNanos(500), () -> now++, nanos -> {
            pauses.add(nanos);
            throw new InterruptedException();
        });

        interrupted.pause();
        interrupted.pause();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(pauses).hasSize(1);
    }

    private void step(long nanos) {
        now += nanos;
        pace.pause();
    }
}
