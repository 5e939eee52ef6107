// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.value;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where clouds answer a machine with its credentials: never to be connected to because a node names them, regardless of
 * what is allowed. An IPv6 address that a translator or a tunnel takes for one of these IPv4 addresses counts as that
 * address.
 */
final class MetadataAddresses {

    private static final Set<InetAddress> ADDRESSES = Stream.of(
            "169.254.169.254", // AWS, Azure, Google Cloud, Oracle, OpenStack, DigitalOcean, Hetzner, IBM
            "169.254.170.2", "169.254.170.23", // AWS, credentials of containers
            "169.254.0.23", // Tencent
            "169.254.42.42", // Scaleway
            "100.100.100.200", // Alibaba
            "168.63.129.16", // Azure, the host's own services
            "192.0.0.192", // Oracle, classic
            "[fd00:ec2::254]", "[fd00:ec2::23]", // AWS
            "[fd20:ce::254]", // Google Cloud
            "[fd00:42::42]", // Scaleway
            "[fd00:c1::a9fe:a9fe]", // Oracle
            "[fe80::a9fe:a9fe]") // OpenStack
            .map(MetadataAddresses::literal)
            .collect(Collectors.toUnmodifiableSet());

    private MetadataAddresses() {}

    static boolean contain(InetAddress address) {
        return forms(address).stream().anyMatch(ADDRESSES::contains);
    }

    /** The address itself without its zone, and every IPv4 address that it stands for. */
    private static List<InetAddress> forms(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return List.of(address);
        }
        return Stream.of(
                of(bytes), // without its zone
                ipv4(bytes, 12), // mapped, compatible, translated by NAT64 (RFC 6052 with 96 bits), ISATAP
                ipv4(bytes, 2), // 6to4
                ipv4(bytes, 4), // Teredo, the server
                inverted(bytes, 12), // Teredo, the client
                split(bytes, 4, 5, 6, 7), // RFC 6052 with 32 bits, and so on
                split(bytes, 5, 6, 7, 9),
                split(bytes, 6, 7, 9, 10),
                split(bytes, 7, 9, 10, 11),
                split(bytes, 9, 10, 11, 12))
                .toList();
    }

    private static InetAddress ipv4(byte[] bytes, int from) {
        return of(Arrays.copyOfRange(bytes, from, from + 4));
    }

    private static InetAddress inverted(byte[] bytes, int from) {
        byte[] part = Arrays.copyOfRange(bytes, from, from + 4);
        for (int i = 0; i < part.length; i++) {
            part[i] = (byte) ~part[i];
        }
        return of(part);
    }

    private static InetAddress split(byte[] bytes, int... places) {
        byte[] part = new byte[4];
        for (int i = 0; i < part.length; i++) {
            part[i] = bytes[places[i]];
        }
        return of(part);
    }

    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(text, impossible);
        }
    }
}
