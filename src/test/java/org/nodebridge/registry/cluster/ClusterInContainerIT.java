// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.cluster.ClusterRepository.Replica;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.store.InPostgres;

/** Leases and their tokens, and the list of replicas, in PostgreSQL. */
class ClusterInContainerIT extends InPostgres {

    private static final Duration TTL = Duration.ofMinutes(10);
    private static final String LEASE = "a-lease";

    @Inject
    private ClusterRepository cluster;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @BeforeEach
    void clearCluster() {
        rows.execute("DELETE FROM cluster_leases WHERE name = '" + LEASE + "'");
        rows.execute("DELETE FROM cluster_replicas");
    }

    @Test
    void givesALeaseToOneHolderUntilItEnds() {
        assertThat(cluster.hold(LEASE, "one", TTL)).hasValue(1);
        assertThat(cluster.hold(LEASE, "two", TTL)).isEmpty();
        assertThat(cluster.hold(LEASE, "one", TTL)).as("renewed").hasValue(1);

        end();

        assertThat(cluster.lease(LEASE)).isEmpty();
        assertThat(cluster.hold(LEASE, "two", TTL)).hasValue(2);
        assertThat(cluster.hold(LEASE, "one", TTL)).isEmpty();
        assertThat(cluster.lease(LEASE).orElseThrow().holder()).isEqualTo("two");
    }

    @Test
    void countsTheTokenUpWhenAHolderComesBackAfterItsLeaseHasEnded() {
        OptionalLong before = cluster.hold(LEASE, "one", TTL);
        end();

        assertThat(cluster.hold(LEASE, "one", TTL)).hasValue(before.getAsLong() + 1);
    }

    @Test
    void releasesOnlyWhatItsHolderHas() {
        cluster.hold(LEASE, "one", TTL);

        cluster.release(LEASE, "two");
        assertThat(cluster.hold(LEASE, "two", TTL)).isEmpty();

        cluster.release(LEASE, "one");
        assertThat(cluster.hold(LEASE, "two", TTL)).hasValue(2);
    }

    @Test
    void listsReplicasAndForgetsThoseThatWereSilentForLong() {
        Instant started = Instant.parse("2026-03-01T12:00:00Z");
        cluster.seen("old", "host", started, Set.of(), null, TTL);
        cluster.seen("silent", "host", started.plusSeconds(1), Set.of(), null, TTL);
        cluster.seen("running", "host", started.plusSeconds(2), List.of("b-1", "a-0"), Duration.ofMillis(-1500), TTL);
        rows.execute("UPDATE cluster_replicas SET seen_at = now() - interval '1 day' WHERE replica_id = 'old'");
        rows.execute("UPDATE cluster_replicas SET seen_at = now() - interval '11 minutes' WHERE replica_id = 'silent'");

        cluster.seen("running", "host", started.plusSeconds(2), List.of("b-1", "a-0"), Duration.ofMillis(-1500), TTL);

        List<Replica> replicas = cluster.replicas(TTL);
        assertThat(replicas).extracting(Replica::id).containsExactly("silent", "running");
        assertThat(replicas).extracting(Replica::running).containsExactly(false, true);
        assertThat(replicas).extracting(Replica::clockSkewSeconds).containsExactly(null, -1.5);
        assertThat(replicas.get(1).partitions()).containsExactly("a-0", "b-1");
        assertThat(replicas.get(1).startedAt()).isEqualTo(started.plusSeconds(2));
    }

    private void end() {
        rows.execute("UPDATE cluster_leases SET expires_at = now() WHERE name = '" + LEASE + "'");
    }
}
