// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Thrown in place of an address that may not be connected to. */
final class RefusedAddressException extends UnknownHostException {

    private static final long serialVersionUID = 1L;

    RefusedAddressException(InetAddress address) {
        super(address.getHostAddress() + " is not in registry.probe.allowed-addresses");
    }
}
