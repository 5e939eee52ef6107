// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.drift.CatalogCheck;
import org.nodebridge.registry.drift.ComparedRowsRepository;
import org.nodebridge.registry.drift.Drift;
import org.nodebridge.registry.drift.DriftRepository;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.reconcile.Reconciliation;
import org.nodebridge.registry.reconcile.ReconciliationRepository;
import org.nodebridge.registry.store.InPostgres;
import org.nodebridge.registry.store.jdbc.StoreDefectException;
import org.nodebridge.registry.topology.TopologyRepository;

/**
 * What only the leader may write, in PostgreSQL: a leader whose token is old, or whose lease has ended, writes nothing.
 */
class LeaderFenceInContainerIT extends InPostgres {

    private static final Instant NOW = Instant.parse("2025-10-03T10:00:00Z");

    @Inject
    private ComparedRowsRepository compared;

    @Inject
    private DriftRepository drift;

    @Inject
    private ReconciliationRepository reconciliations;

    @Inject
    private ClusterLeasesRepository clusterLeases;

    @Inject
    private TopologyRepository topology;

    private long token;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @BeforeEach
    void lead() {
        rows.execute("DELETE FROM catalog_drift; DELETE FROM catalog_check; DELETE FROM reconciliations;"
                + " UPDATE cluster_leases SET expires_at = to_timestamp(0)");
        store(NODE.introduced(at(0)));
        pendingWrites.confirm(Map.of(ID, 1L));
        token = clusterLeases.hold(ClusterLeasesRepository.LEADER, "me", Duration.ofMinutes(5)).orElseThrow();
    }

    @AfterEach
    void nobodyLeads() {
        rows.execute("UPDATE cluster_leases SET expires_at = to_timestamp(0)");
    }

    private void anotherLeads() {
        clusterLeases.release(ClusterLeasesRepository.LEADER, "me");
        assertThat(clusterLeases.hold(ClusterLeasesRepository.LEADER, "another", Duration.ofMinutes(5)))
                .hasValue(token + 1);
    }

    private boolean note(Drift... found) {
        return drift.note(List.of(found), new CatalogCheck(NOW, "me", false, NOW, 1, 1, null), Map.of(), token);
    }

    private static Drift missing(String nodeId, Instant since) {
        return new Drift(
                nodeId, Drift.Kind.MISSING, "nodebridge", since,
                List.of(new Drift.Field("port", "1", null)), Drift.Action.REGISTER, null);
    }

    @Test
    void theLeaderMarksARowPendingOnceAndOnlyAsItFoundIt() {
        assertThat(compared.markPending(Map.of(ID, 2L), token))
                .hasValueSatisfying(marked -> assertThat(marked).isEmpty());
        assertThat(compared.markPending(Map.of(ID, 1L), token))
                .hasValueSatisfying(marked -> assertThat(marked).containsExactly(ID));
        assertThat(compared.markPending(Map.of(ID, 2L), token))
                .hasValueSatisfying(marked -> assertThat(marked).isEmpty());
        assertThat(rows.of(ID).path("revision").asLong()).isEqualTo(2);
        assertThat(rows.of(ID).path("pending").booleanValue()).isTrue();
    }

    @Test
    void aFormerLeaderMarksNothingPendingAndNotesNothing() {
        anotherLeads();

        assertThat(compared.markPending(Map.of(ID, 1L), token)).isEmpty();
        assertThat(note(missing(ID, NOW))).isFalse();
        assertThat(rows.of(ID).path("revision").asLong()).isEqualTo(1);
        assertThat(drift.page(null, null, 10, 1_000_000).drifts()).isEmpty();
        assertThat(drift.lastCheck()).isEmpty();
    }

    @Test
    void aLeaderWhoseLeaseHasEndedWritesNothingAlthoughNobodyHasTakenOver() {
        rows.execute("UPDATE cluster_leases SET expires_at = clock_timestamp()");

        assertThat(compared.markPending(Map.of(ID, 1L), token)).isEmpty();
        assertThat(note(missing(ID, NOW))).isFalse();
    }

    @Test
    void onlyTheLeaderNotesHowFarTheTopologyTopicIsAndAMissingRowIsADefect() {
        long revision = topology.published(token).orElseThrow().revision();

        assertThat(topology.advance(revision, token)).isTrue();
        assertThat(topology.advance(revision + 1, token - 1)).isFalse();
        assertThat(topology.published(token).orElseThrow().revision()).isEqualTo(revision);

        rows.execute("CREATE TABLE topology_kept AS SELECT * FROM topology_published; DELETE FROM topology_published");
        try {
            assertThatThrownBy(() -> topology.advance(revision, token)).isInstanceOf(StoreDefectException.class);
            assertThat(topology.advance(revision, token - 1)).as("a replica that does not lead learns that").isFalse();
        } finally {
            rows.execute("INSERT INTO topology_published SELECT * FROM topology_kept; DROP TABLE topology_kept");
        }
    }

    @Test
    void keepsSinceWhenADriftIsKnownAndForgetsWhatIsNotFoundAgain() {
        String odd = "odd\0id" + "x".repeat(300);
        note(missing(ID, NOW), missing(odd, NOW), missing(odd, NOW));

        note(missing(ID, NOW.plusSeconds(60)), missing("b", NOW.plusSeconds(60)));

        assertThat(drift.page(null, null, 10, 1_000_000).drifts())
                .extracting(Drift::nodeId, Drift::since)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(ID, NOW),
                        org.assertj.core.groups.Tuple.tuple("b", NOW.plusSeconds(60)));
        assertThat(drift.counts()).containsEntry(Drift.Kind.MISSING, 2L).containsEntry(Drift.Kind.EXTRA, 0L);
        assertThat(drift.page(Drift.Kind.EXTRA, null, 10, 1_000_000).drifts()).isEmpty();
    }

    @Test
    void aRequestIsTakenOnceByTheLeaderAndFailsWhenItsLeaderIsGone() {
        UUID id = UUID.randomUUID();
        reconciliations.request(id, "operator", true);
        assertThat(reconciliations.take("me", token - 1)).isEmpty();
        assertThat(reconciliations.take("me", token)).hasValueSatisfying(taken -> {
            assertThat(taken.id()).isEqualTo(id);
            assertThat(taken.dryRun()).isTrue();
        });
        assertThat(reconciliations.take("me", token)).isEmpty();

        reconciliations.failAbandoned(token - 1);
        assertThat(reconciliations.find(id).orElseThrow().status()).isEqualTo(Reconciliation.Status.RUNNING);
        anotherLeads();
        reconciliations.failAbandoned(token + 1);
        reconciliations.done(id, "{}", token);

        assertThat(reconciliations.find(id)).hasValueSatisfying(failed -> {
            assertThat(failed.status()).isEqualTo(Reconciliation.Status.FAILED);
            assertThat(failed.error()).contains("no longer leads");
            assertThat(failed.report()).isNull();
        });
    }

    @Test
    void keepsTheLatestHundredThatHaveEnded() {
        for (int number = 0; number < 105; number++) {
            reconciliations.addDone(
                    UUID.randomUUID(), "schedule", NOW.plusSeconds(number), "me", token,
                    "{\"held\": " + number + ", \"drift\": []}");
        }

        assertThat(reconciliations.latest()).hasSize(100);
        assertThat(reconciliations.latest().get(0).report()).isEqualTo("{\"held\": 104}");
        assertThat(rows.number("SELECT count(*) FROM reconciliations")).isEqualTo(100);
    }
}
