// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeaseExpiryTest {

    private final AtomicLong now = new AtomicLong();
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final AtomicInteger probed = new AtomicInteger();
    private final AtomicInteger decided = new AtomicInteger();
    private final QuietPeriod quiet = new QuietPeriod(Duration.ofSeconds(20), 0);

    @Test
    void probingManyNodesThatDoNotAnswerIsNoStandstill() {
        Optional<String> found = LeaseExpiry.inPortions(
                () -> {
                    now.addAndGet(Duration.ofSeconds(3).toNanos());
                    return probed.incrementAndGet() < 16;
                },
                () -> quiet.observe(Optional.empty(), now.get()), decided::incrementAndGet, INTERVAL, now::get);

        assertThat(found).isEmpty();
        assertThat(probed).hasValue(16);
        assertThat(decided).as("each second portion of three seconds").hasValue(8);
        assertThat(quiet.lasts(now.get())).isEqualTo(Duration.ofSeconds(48));
    }

    @Test
    void standstillWithinOnePortionEndsTheProbing() {
        Optional<String> found = LeaseExpiry.inPortions(
                () -> {
                    now.addAndGet(Duration.ofSeconds(probed.incrementAndGet() == 3 ? 60 : 2).toNanos());
                    return true;
                },
                () -> quiet.observe(Optional.empty(), now.get()), decided::incrementAndGet, INTERVAL, now::get);

        assertThat(found).hasValueSatisfying(reason -> assertThat(reason).contains("60 seconds"));
        assertThat(probed).hasValue(3);
        assertThat(decided).hasValue(0);
    }

    @Test
    void leavesTheRestForTheNextSweep() {
        assertThat(LeaseExpiry.inPortions(
                () -> probed.incrementAndGet() > 0, Optional::empty, decided::incrementAndGet, INTERVAL, now::get))
                .isEmpty();

        assertThat(decided).as("at the end").hasValue(1);
        assertThat(probed).hasValue(16);
    }
}
