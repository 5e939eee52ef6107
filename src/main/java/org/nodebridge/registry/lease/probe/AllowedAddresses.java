// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;
import org.nodebridge.registry.config.value.AddressAllowList;

/**
 * Finds the addresses behind a name and lets none through that is not allowed. The client connects to what this returns
 * and looks nothing up again, so a name that changes its mind after the check gains nothing.
 */
final class AllowedAddresses implements DnsResolver {

    /** Finds all addresses of a name, or the one of an address written out. */
    interface Names {
        InetAddress[] lookUp(String host) throws UnknownHostException;
    }

    private final Names names;
    private final AddressAllowList allowed;

    AllowedAddresses(Names names, AddressAllowList allowed) {
        this.names = names;
        this.allowed = allowed;
    }

    /** @throws RefusedAddressException when one of the addresses is not allowed, however many others are */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] found = names.lookUp(host);
        for (InetAddress address : found) {
            if (!allowed.allows(address)) {
                throw new RefusedAddressException(address);
            }
        }
        return found;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
