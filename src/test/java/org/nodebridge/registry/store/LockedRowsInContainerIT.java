// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.cluster.ClusterLeasesRepository;
import org.nodebridge.registry.cordon.CordonRepository;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.lease.LeaseRepository;
import org.nodebridge.registry.lease.ProbeOutcome;
import org.nodebridge.registry.store.jdbc.RowLocks;
import org.nodebridge.registry.weight.WeightRepository;
import org.nodebridge.registry.weight.WeightRepository.Standing;

/** Rows that another session has locked, beside one that it has not: a sweep waits for none of them. */
class LockedRowsInContainerIT extends InPostgres {

    private static final Duration LONG = Duration.ofHours(1);
    private static final List<String> BOTH = List.of(ID, "free");

    @Inject
    private LeaseRepository leases;

    @Inject
    private CordonRepository cordons;

    @Inject
    private WeightRepository weights;

    @Inject
    private ClusterLeasesRepository clusterLeases;

    @Inject
    private Jdbi jdbi;

    @Inject
    private UserTransaction transaction;

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    private ManagedThreadFactory threads;

    private Connection other;
    private long token;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @BeforeEach
    void lockOneOfTwoRowsAndLead() throws Exception {
        store(NODE.introduced(at(0)), NodeOnTheWire.named("free").introduced(at(0)));
        rows.execute("UPDATE tool_registrations SET lease_expires_at = now() - interval '8 minutes',"
                + " damped_until = now() - interval '1 minute', weight_step = 5, cordoned_at = now(),"
                + " cordoned_until = now() - interval '1 minute'");
        // of a test of another class
        rows.execute("UPDATE cluster_leases SET expires_at = to_timestamp(0)");
        token = clusterLeases.hold(ClusterLeasesRepository.LEADER, "this", LONG).orElseThrow();
        other = dataSource.getConnection();
        other.setAutoCommit(false);
        // or PostgreSQL would end it, as it does with a replica that stands still
        other("SET LOCAL idle_in_transaction_session_timeout = 0");
        other("SELECT 1 FROM tool_registrations WHERE tool_id = '" + ID + "' FOR UPDATE");
    }

    private void other(String sql) throws Exception {
        try (Statement statement = other.createStatement()) {
            statement.execute(sql);
        }
    }

    @AfterEach
    void unlock() throws Exception {
        other.rollback();
        other.close();
        clusterLeases.release(ClusterLeasesRepository.LEADER, "this");
    }

    @Test
    void leasesOfOthersEndAndTheirProbesCount() {
        assertThat(leases.undamp(BOTH, token)).isSubsetOf("free");
        assertThat(rows.text("SELECT tool_id FROM tool_registrations WHERE damped_until IS NOT NULL")).isEqualTo(ID);
        leases.probed(BOTH.stream().map(id -> new ProbeOutcome(id, false, true, "timeout", "no answer")).toList(),
                token);
        assertThat(rows.text("SELECT tool_id FROM tool_registrations WHERE probe_result = 'timeout'"))
                .isEqualTo("free");
        Map<String, String> reasons = Map.of(ID, "lease_ended", "free", "lease_ended");
        assertThat(leases.lapse(reasons, LONG, token)).containsExactly("free");
        assertThat(leases.expire(reasons, LONG, token)).containsExactly("free");
    }

    @Test
    void cordonsOfOthersEndAndTheirWeightsChange() {
        assertThat(cordons.uncordonDue(BOTH, token)).containsExactly("free");
        assertThat(weights.set(BOTH.stream().map(id -> new Standing(id, 7)).toList(), Duration.ZERO, token))
                .containsExactly("free");
        assertThat(weights.clear(BOTH, token)).containsExactly("free");
    }

    /** It would be locked out of order, and two batches would wait for each other. */
    @Test
    void aRowThatIsMadeWhileABatchWaitsForAnotherIsNotHeldByIt() throws Exception {
        FutureTask<Set<String>> taken = new FutureTask<>(() -> {
            transaction.begin();
            try {
                return jdbi.withHandle(handle -> {
                    handle.execute("SELECT set_config(name, '0', TRUE) FROM unnest(ARRAY['lock_timeout',"
                            + " 'idle_in_transaction_session_timeout']) AS limits (name)");
                    return RowLocks.take(handle, List.of(ID, "later")).keySet();
                });
            } finally {
                transaction.rollback();
            }
        });
        threads.newThread(taken).start();
        await().atMost(Duration.ofSeconds(90))
                .until(() -> rows.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);

        store(NodeOnTheWire.named("later").introduced(at(0)));
        other.rollback();

        assertThat(taken.get(60, TimeUnit.SECONDS)).containsExactly(ID);
    }
}
