// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.config.InvalidSettingsException;
import org.nodebridge.registry.config.RegistrySettings;

class AddressAllowListTest {

    private static final String KEY = "registry.probe.allowed-addresses";

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, true", "10.0.0.0/8, 11.0.0.0, false", "10.0.0.0/8, 9.255.255.255, false",
        "100.64.0.0/10, 100.127.255.255, true", "100.64.0.0/10, 100.128.0.0, false",
        "192.0.2.7, 192.0.2.7, true", "192.0.2.7, 192.0.2.6, false", "192.0.2.7/32, 192.0.2.7, true",
        "0.0.0.0/0, 8.8.8.8, true", "0.0.0.0/0, ::1, false",
        "fc00::/7, fdff::1, true", "fc00::/7, fe00::1, false", "fc00::/7, 10.0.0.1, false",
        "::1/128, ::1, true", "::1, ::1, true", "::1, ::2, false", "::/0, 2001:db8::1, true", "::/0, 10.0.0.1, false",
        "10.0.0.0/8, ::ffff:10.1.2.3, true", "10.0.0.0/8, ::ffff:11.1.2.3, false", "10.0.0.0/8, ::10.1.2.3, false",
        "::ffff:10.0.0.0/104, 10.1.2.3, true", "::ffff:10.0.0.0/104, 11.1.2.3, false",
        "fe80::/10, fe80::1%1, true"
    })
    void allowsWhatIsInABlock(String cidr, String address, boolean allowed) throws Exception {
        assertThat(AddressAllowList.parse(List.of(cidr)).allows(InetAddress.getByName(address))).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254",
        "fd20:ce::254", "fe80::a9fe:a9fe", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "::169.254.169.254",
        "64:ff9b::169.254.169.254", "64:ff9b::6464:64c8", "64:ff9b:1::a9fe:a9fe", "64:ff9b:1:a9fe:a9:fe00::",
        "2002:a9fe:a9fe::", "2002:a9fe:a9fe::1", "2001:0:a9fe:a9fe::1", "2001:0:1:2:3:4:5601:5601",
        "fe80::5efe:a9fe:a9fe", "2001:db8::5efe:a83f:8110"
    })
    void neverAllowsACloudsMetadataServiceHoweverItIsWritten(String address) throws Exception {
        for (String cidr : List.of("0.0.0.0/0", "::/0", "169.254.0.0/16", "fd00::/8", "fe80::/10")) {
            assertThat(AddressAllowList.parse(List.of(cidr)).allows(InetAddress.getByName(address))).as(cidr).isFalse();
        }
    }

    @Test
    void refusesNoNeighbourOfAMetadataService() throws Exception {
        AddressAllowList all = AddressAllowList.parse(List.of("0.0.0.0/0", "::/0"));

        for (String address : List.of("169.254.169.253", "100.100.100.201", "fd00:ec2::253", "2002:a00:1::", "::1")) {
            assertThat(all.allows(InetAddress.getByName(address))).as(address).isTrue();
        }
    }

    @Test
    void allowsNothingWhenItIsEmpty() throws Exception {
        assertThat(AddressAllowList.parse(List.of()).allows(InetAddress.getByName("10.0.0.1"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "localhost", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0/8", "10.0.0.256/32", "10.*", "::1/129",
        "fc00:/7", "fe80::1%eth0", "/8", "[::1]", "010.0.0.0/8x", "::ffff:10.0.0.0/8", "10.0.0.1/8", "fc00::1/7", "10/8"
    })
    void stopsTheStartForWhatIsNoBlock(String cidr) {
        Map<String, String> given = Map.of(KEY, "10.0.0.0/8, " + cidr);

        assertThatThrownBy(() -> RegistrySettings.read(key -> Optional.ofNullable(given.get(key))))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(KEY)
                .hasMessageContaining(cidr);
    }

    @Test
    void allowsPrivateNetworksByDefaultAndNeitherThisMachineNorTheLink() throws Exception {
        AddressAllowList allowed = RegistrySettings.read(key -> Optional.empty()).probes().allowedAddresses();

        for (String address : List.of("10.1.2.3", "172.31.0.1", "192.168.1.1", "100.100.0.1", "fd12::1")) {
            assertThat(allowed.allows(InetAddress.getByName(address))).as(address).isTrue();
        }
        for (String address : List.of(
                "127.0.0.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "::", "8.8.8.8", "224.0.0.1",
                "255.255.255.255", "64:ff9b::a00:1", "2002:a00:1::")) {
            assertThat(allowed.allows(InetAddress.getByName(address))).as(address).isFalse();
        }
    }
}
