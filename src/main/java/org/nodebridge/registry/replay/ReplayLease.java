// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import java.time.Duration;
import java.util.OptionalLong;
import org.nodebridge.registry.cluster.ClusterLeasesRepository;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The right of one replay of topics to run. For one thread at a time. */
final class ReplayLease {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayLease.class);

    private final ClusterLeasesRepository leases;
    private final String holder;
    private final Duration ttl;
    private long token;

    ReplayLease(ClusterLeasesRepository leases, String holder, Duration ttl) {
        this.leases = leases;
        this.holder = holder;
        this.ttl = ttl;
    }

    /** Takes it; false when another replay has it. */
    boolean take() {
        OptionalLong taken = leases.hold(ClusterLeasesRepository.TOPIC_REPLAY, holder, ttl);
        taken.ifPresent(value -> token = value);
        return taken.isPresent();
    }

    /** Keeps it, or takes it again after an outage in which it ended; false when another replay had it meanwhile. */
    boolean keep() {
        OptionalLong kept = leases.hold(ClusterLeasesRepository.TOPIC_REPLAY, holder, ttl);
        boolean ours = kept.isPresent() && kept.getAsLong() <= token + 1;
        kept.ifPresent(value -> token = value);
        return ours;
    }

    void release() {
        try {
            leases.release(ClusterLeasesRepository.TOPIC_REPLAY, holder);
        } catch (StoreException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("The lease of the replay ends by itself");
        }
    }
}
