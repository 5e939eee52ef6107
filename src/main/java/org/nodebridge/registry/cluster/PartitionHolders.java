// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.cluster.ReplicasRepository.Replica;
import org.nodebridge.registry.concurrent.RecurringTasks;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.health.ConsumerProgress;
import org.nodebridge.registry.store.SchemaMigration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for partitions that no running replica consumes. Another program in the consumer group commits offsets like a
 * replica, so the group has no lag, while no replica hears the nodes of its partitions. Leases do not end from the
 * first such check on; health names the other program only when it stays longer than a rebalance.
 */
@ApplicationScoped
class PartitionHolders {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionHolders.class);
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    @Inject
    private RecurringTasks tasks;

    @Inject
    private SchemaMigration migration;

    @Inject
    private ReplicasRepository replicas;

    @Inject
    private ConsumerProgress progress;

    @Inject
    private RegistrySettings settings;

    private final Map<String, Long> missingSince = new HashMap<>();

    void start(@Observes Startup startup) {
        tasks.start("partition_holders", INTERVAL, migration::done, this::look);
    }

    private void look() {
        Set<String> missing = new HashSet<>(progress.allPartitions());
        for (Replica replica : replicas.replicas(settings.clusterLeaseTtl())) {
            if (replica.running()) {
                missing.removeAll(replica.partitions());
            }
        }
        missing.removeAll(progress.assignedPartitions());
        long now = System.nanoTime();
        missingSince.keySet().retainAll(missing);
        missing.forEach(partition -> missingSince.putIfAbsent(partition, now));
        Set<String> forLong = new HashSet<>(missing);
        forLong.removeIf(partition -> now - missingSince.get(partition) < settings.clusterLeaseTtl().toNanos());
        Set<String> before = progress.heldByOthers();
        progress.unheard(missing, forLong);
        if (!forLong.equals(before)) {
            LOG.atWarn().addKeyValue("partitions", progress.heldByOthers())
                    .log(forLong.isEmpty()
                            ? "Replicas consume all partitions again"
                            : "No replica consumes these partitions; another program is in the consumer group");
        }
    }
}
