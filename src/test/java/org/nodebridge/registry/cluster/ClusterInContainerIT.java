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
import org.nodebridge.registry.cluster.ReplicasRepository.Replica;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.store.InPostgres;

/** Leases and their tokens, and the list of replicas, in PostgreSQL. */
class ClusterInContainerIT extends InPostgres {

    private static final Duration TTL = Duration.ofMinutes(10);
    private static final String LEASE = "a-lease";

    @Inject
    private ClusterLeasesRepository leases;

    @Inject
    private ReplicasRepository replicas;

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
        assertThat(leases.hold(LEASE, "one", TTL)).hasValue(1);
        assertThat(leases.hold(LEASE, "two", TTL)).isEmpty();
        assertThat(leases.hold(LEASE, "one", TTL)).as("renewed").hasValue(1);

        end();

        assertThat(leases.lease(LEASE)).isEmpty();
        assertThat(leases.hold(LEASE, "two", TTL)).hasValue(2);
        assertThat(leases.hold(LEASE, "one", TTL)).isEmpty();
        assertThat(leases.lease(LEASE).orElseThrow().holder()).isEqualTo("two");
    }

    @Test
    void countsTheTokenUpWhenAHolderComesBackAfterItsLeaseHasEnded() {
        OptionalLong before = leases.hold(LEASE, "one", TTL);
        end();

        assertThat(leases.hold(LEASE, "one", TTL)).hasValue(before.getAsLong() + 1);
    }

    @Test
    void releasesOnlyWhatItsHolderHas() {
        leases.hold(LEASE, "one", TTL);

        leases.release(LEASE, "two");
        assertThat(leases.hold(LEASE, "two", TTL)).isEmpty();

        leases.release(LEASE, "one");
        assertThat(leases.hold(LEASE, "two", TTL)).hasValue(2);
    }

    @Test
    void listsReplicasAndForgetsThoseThatWereSilentForLong() {
        Instant started = Instant.parse("2026-03-01T12:00:00Z");
        replicas.seen("old", "host", started, Set.of(), null, TTL);
        replicas.seen("silent", "host", started.plusSeconds(1), Set.of(), null, TTL);
        replicas.seen("running", "host", started.plusSeconds(2), List.of("b-1", "a-0"), Duration.ofMillis(-1500), TTL);
        rows.execute("UPDATE cluster_replicas SET seen_at = now() - interval '1 day' WHERE replica_id = 'old'");
        rows.execute("UPDATE cluster_replicas SET seen_at = now() - interval '11 minutes' WHERE replica_id = 'silent'");

        replicas.seen("running", "host", started.plusSeconds(2), List.of("b-1", "a-0"), Duration.ofMillis(-1500), TTL);

        List<Replica> found = replicas.replicas(TTL);
        assertThat(found).extracting(Replica::id).containsExactly("silent", "running");
        assertThat(found).extracting(Replica::running).containsExactly(false, true);
        assertThat(found).extracting(Replica::clockSkewSeconds).containsExactly(null, -1.5);
        assertThat(found.get(1).partitions()).containsExactly("a-0", "b-1");
        assertThat(found.get(1).startedAt()).isEqualTo(started.plusSeconds(2));
    }

    private void end() {
        rows.execute("UPDATE cluster_leases SET expires_at = now() WHERE name = '" + LEASE + "'");
    }
}
