// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.nodebridge.registry.cluster.ClusterLeasesRepository;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.metrics.RegistryMetrics;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.HeartbeatsApplied;
import org.nodebridge.registry.store.jdbc.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks nodes that send heartbeats and are not registered to introduce themselves. A heartbeat says too little to
 * register its node. However many there are, and however many replicas, the nodes of one type are asked once in
 * {@code registry.introspection-request.interval}: every one of them answers.
 */
@ApplicationScoped
public class UnknownNodes {

    private static final Logger LOG = LoggerFactory.getLogger(UnknownNodes.class);
    private static final String LEASE = "introspection-request-";

    @Resource
    private ManagedExecutorService executor;

    @Inject
    private ClusterLeasesRepository leases;

    @Inject
    private IntrospectionTopic topic;

    @Inject
    private RegistryMetrics metrics;

    @Inject
    private RegistrySettings settings;

    /** Looks for heartbeats whose nodes PostgreSQL does not know. */
    void notice(@Observes HeartbeatsApplied applied) {
        BatchResult result = applied.result();
        Set<String> known = result.stored().renewed().keySet();
        List<Heartbeat> unknown = applied.heartbeats().stream()
                .filter(heartbeat -> !known.contains(heartbeat.nodeId())
                        && !result.refused().containsKey(heartbeat))
                .toList();
        metrics.heartbeats("unknown", unknown.size());
        unknown.stream().map(Heartbeat::type).distinct().forEach(this::ask);
    }

    /** Does not wait for Kafka and never fails: the next heartbeat tries again. Without a type, all are asked. */
    private void ask(NodeType type) {
        String asked = type == null ? "all" : type.wireName();
        String holder = UUID.randomUUID().toString();
        try {
            if (!leases.take(LEASE + asked, holder, settings.requestInterval())) {
                return;
            }
        } catch (StoreException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("Nodes cannot be asked to introduce themselves");
            return;
        }
        CompletableFuture.completedFuture(type)
                .thenCompose(wanted -> topic.ask("recovery", wanted))
                .whenCompleteAsync((sent, failure) -> logged(asked, holder, failure), executor);
    }

    private void logged(String asked, String holder, Throwable failure) {
        if (failure == null) {
            LOG.atInfo().addKeyValue("node_type", asked)
                    .log("A node that is not registered sends heartbeats; nodes of its type are asked to introduce"
                            + " themselves");
            return;
        }
        LOG.atWarn().addKeyValue("node_type", asked).addKeyValue("reason", String.valueOf(failure))
                .log("Nodes could not be asked to introduce themselves");
        try {
            leases.release(LEASE + asked, holder);
        } catch (StoreException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("The right to ask ends by itself");
        }
    }
}
