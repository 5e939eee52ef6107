// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.value;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The addresses that the registry may connect to because a node names them, as CIDR blocks. What is in none of them is
 * refused. An IPv4 address mapped into IPv6 is that IPv4 address, in the list and where it is asked for.
 */
public record AddressAllowList(List<Block> blocks) {

    /** The addresses that begin with the first {@code prefix} bits of {@code network}, all further bits of it 0. */
    public record Block(InetAddress network, int prefix) {

        boolean contains(InetAddress address) {
            return address.getAddress().length == network.getAddress().length
                    && Arrays.equals(masked(address, prefix), network.getAddress());
        }

        @Override
        public String toString() {
            return network.getHostAddress() + "/" + prefix;
        }
    }

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final int MAPPED_PREFIX = 96;

    public AddressAllowList {
        blocks = List.copyOf(blocks);
    }

    /**
     * Reads blocks such as {@code 10.0.0.0/8} and {@code fc00::/7}; an address alone is a block of one.
     *
     * @throws IllegalArgumentException saying what is wrong with which of them
     */
    public static AddressAllowList parse(List<String> cidrs) {
        return new AddressAllowList(cidrs.stream().map(AddressAllowList::block).toList());
    }

    /** Whether a connection to the address may be made; never to a cloud's metadata service. */
    public boolean allows(InetAddress address) {
        return !MetadataAddresses.contain(address) && blocks.stream().anyMatch(block -> block.contains(address));
    }

    private static Block block(String cidr) {
        int slash = cidr.indexOf('/');
        String literal = slash < 0 ? cidr : cidr.substring(0, slash);
        InetAddress network = address(literal, cidr);
        int written = literal.contains(":") ? 128 : 32;
        int prefix = slash < 0 ? written : prefix(cidr.substring(slash + 1), written, cidr);
        if (network.getAddress().length * 8 < written) {
            if (prefix < MAPPED_PREFIX) {
                throw new IllegalArgumentException("has IPv4 addresses and others in one block, " + cidr);
            }
            prefix -= MAPPED_PREFIX;
        }
        Block block = new Block(network, prefix);
        if (!block.contains(network)) {
            throw new IllegalArgumentException("has a block with bits beyond its prefix, " + cidr);
        }
        return block;
    }

    private static InetAddress address(String literal, String cidr) {
        // with a colon in it a text is never looked up as a name
        boolean possible = literal.contains(":") ? !literal.contains("%") : IPV4.matcher(literal).matches();
        if (possible) {
            try {
                return InetAddress.getByName(literal.contains(":") ? "[" + literal + "]" : literal);
            } catch (UnknownHostException e) {
                throw notACidr(cidr, e);
            }
        }
        throw notACidr(cidr, null);
    }

    private static int prefix(String text, int longest, String cidr) {
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) > longest) {
            throw notACidr(cidr, null);
        }
        return Integer.parseInt(text);
    }

    private static IllegalArgumentException notACidr(String cidr, Exception cause) {
        return new IllegalArgumentException("must be CIDR blocks with commas between, and " + cidr + " is none", cause);
    }

    private static byte[] masked(InetAddress address, int prefix) {
        byte[] masked = address.getAddress();
        for (int bit = prefix; bit < masked.length * 8; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return masked;
    }
}
