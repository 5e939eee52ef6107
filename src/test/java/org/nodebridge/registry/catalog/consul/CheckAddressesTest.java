// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.catalog.consul.CheckAddresses.LookUpTime;
import org.nodebridge.registry.config.value.AddressAllowList;

class CheckAddressesTest {

    private static final AddressAllowList PRIVATE = AddressAllowList.parse(List.of("10.0.0.0/8"));

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger lookUps = new AtomicInteger();
    private final LookUpTime time = new LookUpTime(nanos::get);
    private final CheckAddresses addresses = new CheckAddresses(PRIVATE, this::lookUp, time);

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        lookUps.incrementAndGet();
        return switch (host) {
            case "two.example" -> new InetAddress[] {
                InetAddress.getByName("10.0.0.1"), InetAddress.getByName("192.0.2.1")
            };
            case "node.example" -> new InetAddress[] {InetAddress.getByName("10.0.0.1")};
            case "unknown.example" -> throw new UnknownHostException(host);
            default -> new InetAddress[] {InetAddress.getByName(host)};
        };
    }

    @Test
    void allowsANameOnlyWithAllOfItsAddresses() {
        assertThat(addresses.allow("http://node.example/")).isTrue();
        assertThat(addresses.allow("http://two.example/")).isFalse();
        assertThat(addresses.allow("http://unknown.example/")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://10.0.0.1:80", "none", "http://", "ws://10.0.0.1/"})
    void allowsNothingThatIsNotAskedByHttp(String url) {
        assertThat(addresses.allow(url)).isFalse();
        assertThat(addresses.allow(null)).isFalse();
    }

    @Test
    void looksNoNamesUpForAWhileAfterTheResolverWasSlow() {
        time.spent(TimeUnit.SECONDS.toNanos(15));

        assertThat(addresses.allow("http://node.example/")).isFalse();
        assertThat(lookUps).hasValue(0);
        assertThat(addresses.allow("http://10.0.0.1/")).as("an address needs no look-up").isTrue();

        nanos.addAndGet(TimeUnit.SECONDS.toNanos(21));

        assertThat(addresses.allow("http://node.example/")).isTrue();
    }

    @Test
    void saysOnceThatTheResolverIsSlow() {
        time.spent(TimeUnit.SECONDS.toNanos(15));

        assertThat(time.turn()).isEqualTo(LookUpTime.Turn.REFUSED_FIRST);
        assertThat(time.turn()).isEqualTo(LookUpTime.Turn.REFUSED_AGAIN);
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(10));
        assertThat(time.turn()).isEqualTo(LookUpTime.Turn.TAKEN);
        time.spent(TimeUnit.SECONDS.toNanos(5));
        assertThat(time.turn()).as("time that was not used is not kept").isEqualTo(LookUpTime.Turn.REFUSED_FIRST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://192.0.2.1/", "https://[2001:db8::1]:8443/", "http://169.254.169.254/"})
    void refusesAddressesWrittenOut(String url) {
        assertThat(CheckAddresses.refused(url, PRIVATE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://10.0.0.1/", "http://no-such-host.invalid/", "none"})
    void refusesNothingThatMayBeAllowed(String url) {
        assertThat(CheckAddresses.refused(url, PRIVATE)).isFalse();
        assertThat(CheckAddresses.refused(null, PRIVATE)).isFalse();
    }
}
