// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.UUID;

/** Who this replica is among its like. A restart makes it another: what the former held is not its own. */
@ApplicationScoped
public class ThisReplica {

    private final String host = hostName();
    private final String id = host + "-" + UUID.randomUUID().toString().substring(0, 8);
    private final Instant startedAt = Instant.now();

    /** Unique among all replicas, past ones included. */
    public String id() {
        return id;
    }

    /** The name of the machine or container it runs on. */
    public String host() {
        return host;
    }

    public Instant startedAt() {
        return startedAt;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
