// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.transaction.UserTransaction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.changes.ChangesRepository;
import org.nodebridge.registry.changes.ChangesRepository.Span;
import org.nodebridge.registry.cluster.ClusterLeasesRepository;
import org.nodebridge.registry.cluster.ReplicasRepository;
import org.nodebridge.registry.failover.TimelinesRepository.Rewind;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.replay.TopicReplayRepository;
import org.nodebridge.registry.store.InPostgres;
import org.nodebridge.registry.store.jdbc.PrimaryGate;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/** What PostgreSQL does at a promotion, which is feigned by another answer of the function that tells the timeline. */
class FailoverInContainerIT extends InPostgres {

    private static final Duration TTL = Duration.ofMinutes(10);
    private static final String LEADER = ClusterLeasesRepository.LEADER;

    @Inject
    private ClusterLeasesRepository leases;

    @Inject
    private ReplicasRepository replicas;

    @Inject
    private TimelinesRepository timelines;

    @Inject
    private ServerIdentityRepository servers;

    @Inject
    private TopicReplayRepository replays;

    @Inject
    private ChangesRepository changes;

    @Inject
    private PrimaryGate gate;

    @Inject
    private UserTransaction transaction;

    @Resource(lookup = "jdbc/registry")
    private DataSource pool;

    @Resource(lookup = "jdbc/registry-reads")
    private DataSource readPool;

    private String definition;
    private String system;
    private long timeline;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @BeforeEach
    void noLeader() {
        definition = rows.text("SELECT pg_get_functiondef('registry_timeline'::regproc)");
        system = rows.text("SELECT pg_get_functiondef('registry_system_identifier'::regproc)");
        timeline = rows.number("SELECT registry_timeline()");
        rows.execute("DELETE FROM cluster_leases WHERE name = 'leader'");
        rows.execute("DELETE FROM cluster_replicas");
    }

    @AfterEach
    void backToTheTimelineThatIs() {
        gate.open();
        rows.execute(definition);
        rows.execute(system);
        rows.execute("UPDATE registration_revision SET last_revision = last_revision");
        rows.execute("DELETE FROM cluster_timelines WHERE timeline > " + timeline
                + " OR system_identifier = 'another'");
        rows.execute("DELETE FROM cluster_leases WHERE name = 'leader'");
    }

    @Test
    void endsTheLeadersLeaseAndNeverGivesAnOldTokenAgain() {
        long token = leases.hold(LEADER, "one", TTL).orElseThrow();
        assertThat(token >> 32).isEqualTo(timeline);
        replicas.seen("one", "host", Instant.now(), Set.of(), null, TTL);
        Instant seenAt = replicas.replicas(TTL).get(0).seenAt();

        promote();

        assertThat(timelines.done(token)).as("the old token is good for nothing").isFalse();
        assertThat(leases.hold(LEADER, "one", TTL)).as("somebody may think that it leads").isEmpty();
        assertThat(leases.hold(LEADER, "two", TTL)).isEmpty();
        assertThat(leases.lease(LEADER)).isEmpty();
        rows.execute("UPDATE cluster_leases SET expires_at = clock_timestamp() WHERE name = 'leader'");
        assertThat(leases.hold(LEADER, "two", TTL)).hasValue((timeline + 1 << 32) + 1);

        Rewind rewind = timelines.pending().orElseThrow();
        assertThat(rewind).isEqualTo(new Rewind(timeline + 1, seenAt, null));
    }

    /** As after a dump and restore, or pg_upgrade: timelines begin at 1 there. */
    @Test
    void endsTheLeadersLeaseOnAnotherClusterAndAtTheFailoversThere() {
        long token = leases.hold(LEADER, "one", TTL).orElseThrow();
        long given = changes.span().last();

        rows.execute("CREATE OR REPLACE FUNCTION registry_system_identifier() RETURNS TEXT LANGUAGE plpgsql AS "
                + "'BEGIN RETURN ''another''; END'");

        assertThat(timelines.done(token)).as("the old token is good for nothing").isFalse();
        long restored = nextToken();
        assertThat(restored >> 32).isEqualTo(timeline + 1);
        assertThat(changes.span().last()).isEqualTo(given + 1_000_000);
        assertThat(timelines.done(restored)).as("was to be read again").isTrue();

        promote();

        assertThat(timelines.done(restored)).isFalse();
        assertThat(nextToken() >> 32).isEqualTo(timeline + 2);
        assertThat(changes.span().last()).isEqualTo(given + 2_000_000);
        assertThat(timelines.pending()).isPresent();
    }

    @Test
    void remembersWhatIsToBeReadAgainUntilTheLeaderSaysThatItHasBeen() {
        leases.hold(LEADER, "one", TTL);
        promote();
        leases.hold(LEADER, "one", TTL);
        rows.execute("UPDATE cluster_leases SET expires_at = clock_timestamp() WHERE name = 'leader'");
        long token = leases.hold(LEADER, "one", TTL).orElseThrow();
        UUID replay = UUID.randomUUID();

        timelines.started(UUID.randomUUID(), token - 1);
        assertThat(timelines.pending().orElseThrow().replayId()).isNull();
        assertThat(replays.outstanding()).as("no lease ends and nothing is removed").isTrue();
        timelines.started(replay, token);
        assertThat(timelines.pending().orElseThrow().replayId()).isEqualTo(replay);

        assertThat(timelines.done(token - 1)).isFalse();
        assertThat(timelines.done(token)).isTrue();
        assertThat(timelines.pending()).isEmpty();
        assertThat(replays.outstanding()).isFalse();
    }

    @Test
    void leavesOutTheRevisionsThatMayHaveBeenGivenOut() {
        store(NODE.introduced(at(0)));
        long given = changes.span().last();

        promote();
        store(NODE.departed(at(1)));

        Span span = changes.span();
        assertThat(span.last()).isEqualTo(given + 1_000_001);
        assertThat(span.leadsOnFrom(given)).isFalse();
        assertThat(span.leadsOnFrom(given + 10)).as("given out on the former primary").isFalse();
        assertThat(span.leadsOnFrom(span.last() - 1)).isTrue();
        assertThat(changes.after(span.last() - 1, 10)).hasSize(1);
        store(NODE.introduced(at(2)));
        assertThat(changes.span().last()).as("once").isEqualTo(span.last() + 1);
    }

    @Test
    void asksNothingOfAServerThatIsRefused() {
        gate.close("another has been promoted");

        assertThatThrownBy(() -> store(NODE.introduced(at(0)))).isInstanceOf(StoreUnavailableException.class)
                .hasMessage("another has been promoted");
        assertThat(servers.written().timeline()).isEqualTo(timeline);
        assertThat(servers.read()).isEqualTo(servers.written());
        gate.open();
        assertThat(store(NODE.introduced(at(0))).introduced()).isNotEmpty();
    }

    /** A weaker default of the server or the role voids no guarantee, and a stronger one is kept. */
    @Test
    void waitsForTheStandbyWithEveryCommitUnlessItsServerAsksForMore() throws Exception {
        try {
            for (String weaker : new String[] {"off", "local", "remote_write", "on"}) {
                assertThat(synchronousCommitWhereDefaultIs(weaker)).as(weaker).isEqualTo("on");
            }
            assertThat(synchronousCommitWhereDefaultIs("remote_apply")).isEqualTo("remote_apply");
        } finally {
            rows.execute("ALTER ROLE CURRENT_USER RESET synchronous_commit");
            giveUp();
        }
    }

    private String synchronousCommitWhereDefaultIs(String value) throws Exception {
        rows.execute("ALTER ROLE CURRENT_USER SET synchronous_commit = '" + value + "'");
        giveUp();
        transaction.begin(); // outside of one this request would keep the connection it has
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet shown = statement.executeQuery("SHOW synchronous_commit")) {
            shown.next();
            return shown.getString(1);
        } finally {
            transaction.rollback();
        }
    }

    /** New connections have the new default. */
    private void giveUp() {
        assertThatThrownBy(servers::giveUpWritten).isInstanceOf(StoreUnavailableException.class);
    }

    /** As a server says that was demoted, shuts down, has crashed or starts. The session itself goes on here. */
    @ParameterizedTest
    @CsvSource({
        "25006, FALSE", "57P01, FALSE", "57P02, FALSE", "57P03, FALSE", "57P01, TRUE", "57P02, TRUE", "57P03, TRUE"
    })
    void givesUpAllConnectionsToAServerThatIsNoLongerThePrimary(String state, boolean reads) throws Exception {
        DataSource source = reads ? readPool : pool;
        long before = backendAfter(source, "SELECT 1");
        assertThat(backendAfter(source, "SELECT 1")).as("is used again").isEqualTo(before);
        assertThatThrownBy(() -> backendAfter(source, raised("22012"))).hasMessageContaining("raised");
        assertThat(backendAfter(source, "SELECT 1")).as("after a failure of another kind").isEqualTo(before);

        assertThatThrownBy(() -> backendAfter(source, raised(state))).hasMessageContaining("raised");

        assertThat(backendAfter(source, "SELECT 1")).isNotEqualTo(before);
    }

    private static String raised(String state) {
        return "DO 'BEGIN RAISE EXCEPTION ''raised'' USING ERRCODE = ''" + state + "''; END'";
    }

    private long backendAfter(DataSource source, String statement) throws Exception {
        transaction.begin(); // outside of one this request would keep the connection it has
        try (Connection connection = source.getConnection(); Statement executed = connection.createStatement()) {
            executed.execute(statement);
            try (ResultSet shown = executed.executeQuery("SELECT pg_backend_pid()")) {
                shown.next();
                return shown.getLong(1);
            }
        } finally {
            transaction.rollback();
        }
    }

    /** Of the first leader after the one whose lease ends now. */
    private long nextToken() {
        assertThat(leases.hold(LEADER, "one", TTL)).isEmpty();
        rows.execute("UPDATE cluster_leases SET expires_at = clock_timestamp() WHERE name = 'leader'");
        return leases.hold(LEADER, "two", TTL).orElseThrow();
    }

    private void promote() {
        rows.execute("CREATE OR REPLACE FUNCTION registry_timeline() RETURNS BIGINT LANGUAGE plpgsql AS "
                + "'BEGIN RETURN " + (timeline + 1) + "; END'");
    }
}
