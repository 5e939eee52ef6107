// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignInAttemptsTest {

    private final AtomicLong clock = new AtomicLong();
    private final SignInAttempts attempts = new SignInAttempts(20, clock::get);

    @Test
    void limitsOneUserAtOneAddress() {
        assertThat(looksAt(2000, "admin", "192.0.2.1")).isEqualTo(20);

        assertThat(attempts.secondsToWait("admin", "192.0.2.1")).isEqualTo(3);
        assertThat(attempts.secondsToWait("admin", "192.0.2.2")).as("the right user is elsewhere").isZero();
        assertThat(attempts.secondsToWait("reader", "192.0.2.1")).isZero();
    }

    @Test
    void limitsAnAddressForAnyNamesThatItTries() {
        int seen = IntStream.range(0, 100).map(i -> looksAt(20, "name-" + i, "192.0.2.1")).sum();

        assertThat(seen).isEqualTo(100);
        assertThat(attempts.secondsToWait("admin", "192.0.2.1")).isPositive();
    }

    @Test
    void looksAgainSecondsAfterTheFailuresStopAndDoesNotCountWhatItHasNotSeen() {
        looksAt(2000, "admin", "192.0.2.1");

        clock.addAndGet(Duration.ofSeconds(3).toNanos());

        assertThat(attempts.secondsToWait("admin", "192.0.2.1")).isZero();
        assertThat(looksAt(2000, "admin", "192.0.2.1")).isEqualTo(1);
        clock.addAndGet(Duration.ofHours(1).toNanos());
        assertThat(looksAt(2000, "admin", "192.0.2.1")).as("no more is saved up than a minute has").isEqualTo(20);
    }

    @Test
    void makesUpForAttemptsThatWereUnderWayAtOnce() {
        IntStream.range(0, 40).forEach(i -> attempts.failed("admin", "192.0.2.1"));

        assertThat(attempts.secondsToWait("admin", "192.0.2.1")).isEqualTo(63);
    }

    @Test
    void remembersSoManyOnly() {
        IntStream.range(0, 100_000).forEach(i -> attempts.failed("admin", "192.0.2." + i));

        assertThat(attempts.remembered()).isEqualTo(10_000);
    }

    @Test
    void countsAllAddressesOfOneIpv6NetworkAsOneClient() {
        assertThat(ClientAddress.network("2001:db8:1:2:3:4:5:6")).isEqualTo(ClientAddress.network("2001:db8:1:2::1"))
                .isNotEqualTo(ClientAddress.network("2001:db8:1:3::1"));
        assertThat(ClientAddress.network("::ffff:192.0.2.1")).isEqualTo("192.0.2.1");
        assertThat(ClientAddress.network("fe80::1%eth0")).isEqualTo("fe80:0:0:0:0:0:0:0/64");
        assertThat(ClientAddress.network("192.0.2.1")).isEqualTo("192.0.2.1");
    }

    /** How many of so many wrong attempts are looked at. */
    private int looksAt(int wrong, String user, String address) {
        int seen = 0;
        for (int i = 0; i < wrong; i++) {
            if (attempts.secondsToWait(user, address) == 0) {
                attempts.failed(user, address);
                seen++;
            }
        }
        return seen;
    }
}
