// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The address by which attempts and watchers of one client are counted: that of the connection's other end, regardless
 * of headers; the server can be set to believe its own proxies ({@code remoteIp}). Of an IPv6 address the first
 * 64 bits, since one client commonly has all of them.
 */
public final class ClientAddress {

    private static final int NETWORK_BYTES = 8;

    private ClientAddress() {}

    public static String of(HttpServletRequest request) {
        return network(request.getRemoteAddr());
    }

    static String network(String address) {
        if (address == null || !address.contains(":")) {
            return String.valueOf(address);
        }
        try {
            // with a colon in it a text is never looked up as a name; what follows % is an interface of this machine
            byte[] bytes = InetAddress.getByName(address.replaceFirst("%.*", "")).getAddress();
            return bytes.length == 4
                    ? InetAddress.getByAddress(bytes).getHostAddress()
                    : InetAddress.getByAddress(Arrays.copyOf(Arrays.copyOf(bytes, NETWORK_BYTES), bytes.length))
                            .getHostAddress() + "/64";
        } catch (UnknownHostException e) {
            return address;
        }
    }
}
