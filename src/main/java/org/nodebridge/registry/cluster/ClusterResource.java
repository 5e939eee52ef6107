// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.nodebridge.registry.cluster.ClusterLeasesRepository.Lease;
import org.nodebridge.registry.cluster.ReplicasRepository.Replica;
import org.nodebridge.registry.config.RegistrySettings;

/** The replicas, and which of them leads. */
@Path("cluster")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ClusterResource {

    @Inject
    private ClusterLeasesRepository leases;

    @Inject
    private ReplicasRepository replicas;

    @Inject
    private ThisReplica thisReplica;

    @Inject
    private RegistrySettings settings;

    @GET
    @Operation(
            summary = "The replicas, their partitions, and which of them leads",
            description = "A replica that has said nothing within the lease time is not running; it is listed a while"
                    + " longer. No leader is named in the seconds between one and the next.")
    @APIResponse(responseCode = "200", description = "the replicas in the order of their start")
    @APIResponse(responseCode = "503", description = "PostgreSQL cannot answer now")
    public ClusterView cluster() {
        Lease leader = leases.lease(ClusterLeasesRepository.LEADER).orElse(null);
        List<ReplicaView> shown = replicas.shownReplicas(settings.clusterLeaseTtl()).stream()
                .map(replica -> ReplicaView.of(replica, leader))
                .toList();
        return new ClusterView(
                settings.registryId(),
                thisReplica.id(),
                leader == null ? null : new LeaderView(
                        leader.holder(), leader.token(), leader.acquiredAt(), leader.expiresAt()),
                shown);
    }

    /**
     * @param answeredBy the replica that gave this answer
     * @param leader absent while no replica leads
     */
    @Schema(requiredProperties = {"registry_id", "answered_by", "replicas"})
    record ClusterView(String registryId, String answeredBy, LeaderView leader, List<ReplicaView> replicas) {}

    /** @param token the fencing token; it counts up whenever the leader changes */
    record LeaderView(String replicaId, long token, Instant since, Instant leaseExpiresAt) {}

    /** @param clockSkewSeconds how far its clock is ahead of PostgreSQL's; absent while it does not know */
    record ReplicaView(
            String replicaId, String host, boolean running, boolean leader, Instant startedAt, Instant seenAt,
            Set<String> partitions, Double clockSkewSeconds) {

        static ReplicaView of(Replica replica, Lease leader) {
            return new ReplicaView(
                    replica.id(),
                    replica.host(),
                    replica.running(),
                    leader != null && leader.holder().equals(replica.id()),
                    replica.startedAt(),
                    replica.seenAt(),
                    replica.partitions(),
                    replica.clockSkewSeconds());
        }
    }
}
