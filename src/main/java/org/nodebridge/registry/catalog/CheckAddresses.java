// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.nodebridge.registry.config.AddressAllowList;
import org.nodebridge.registry.event.Endpoint;

/**
 * Where Consul may be sent to probe a node: where the registry itself may. An agent connects to whatever it is given,
 * and shows four kilobytes of the answer to every reader of the check. Safe for many threads.
 */
final class CheckAddresses {

    private final AddressAllowList allowed;

    CheckAddresses(AddressAllowList allowed) {
        this.allowed = allowed;
    }

    /**
     * Whether every address behind the URL is allowed. Looks names up, which takes as long as the resolver takes; an
     * unknown name is not allowed. The agent looks the name up again for each probe.
     *
     * @param healthUrl {@code null} for none
     */
    boolean allow(String healthUrl) {
        Endpoint endpoint = Endpoint.parse(healthUrl).orElse(null);
        if (endpoint == null) {
            return false;
        }
        try {
            return Stream.of(InetAddress.getAllByName(endpoint.host())).allMatch(allowed::allows);
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
