// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.incontainer.Rows;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/** The schema, from nothing and from what others have left. */
@ArquillianTest
class SchemaMigrationInContainerIT {

    /** The table of the design document and the columns it names. */
    private static final String ORIGINAL_TABLE = """
            CREATE TABLE tool_registrations (
                id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
                tool_id VARCHAR(255) UNIQUE NOT NULL,
                node_type VARCHAR(50) NOT NULL,
                capabilities JSONB NOT NULL DEFAULT '{}',
                endpoints JSONB NOT NULL DEFAULT '{}',
                metadata JSONB NOT NULL DEFAULT '{}',
                health_endpoint VARCHAR(500),
                last_heartbeat TIMESTAMP WITH TIME ZONE,
                registered_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
                updated_at TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT NOW(),
                CONSTRAINT tool_registrations_node_type_check
                    CHECK (node_type IN ('effect', 'compute', 'reducer', 'orchestrator')));
            CREATE INDEX idx_tool_registrations_tool_id ON tool_registrations(tool_id)
            """;

    private static final String ORIGINAL_ROW = """
            INSERT INTO tool_registrations (tool_id, node_type, capabilities, endpoints, health_endpoint)
            VALUES ('legacy', 'reducer', '{"fold": true}', '{"health": "http://legacy:1/health"}',
                    'http://legacy:1/health')
            """;

    private static final String CHANGED_BY_A_RENEWAL =
            "last_heartbeat|last_seen_at|last_seen_by|lease_expires_at|epoch|event_timestamp|event_id"
                    + "|heartbeat_timestamp|active_operations|uptime_seconds|cpu_percent|memory_mb";

    @Inject
    private SchemaMigration migration;

    @Inject
    private ToolRegistrationRepository registrations;

    @Inject
    private RegistrationBatchRepository batches;

    @Inject
    private PendingWritesRepository pendingWrites;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    @Resource(lookup = "java:comp/DefaultManagedThreadFactory")
    private ManagedThreadFactory threads;

    private Rows rows;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.with(Map.of(), SchemaMigrationInContainerIT.class)
                .addAsResource("db/concurrently/flyway.location")
                .addAsResource("db/concurrently/V900__index.sql")
                .addAsResource("db/concurrently/V900__index.sql.conf");
    }

    @BeforeEach
    void beginWithNothing() {
        rows = new Rows(dataSource);
        rows.execute("DROP SCHEMA public CASCADE");
        rows.execute("CREATE SCHEMA public");
    }

    private long migrations() {
        return rows.number("SELECT count(*) FROM node_bridge_registry_schema WHERE success AND version <> '0'");
    }

    @Test
    void makesTheTableAndItsIndexesFromNothingAndDoesNothingTheSecondTime() {
        migration.migrate();
        long applied = migrations();
        batches.store(RegistrationBatch.collapse(List.of(NodeOnTheWire.named("a").introduced(at(0)))));
        migration.migrate();

        assertThat(applied).isPositive();
        assertThat(migrations()).isEqualTo(applied);
        assertThat(migration.done()).isTrue();
        assertThat(registrations.find("a")).isPresent();
        assertThat(rows.number("SELECT count(*) FROM pg_indexes WHERE indexname IN ('idx_tool_registrations_tool_id',"
                + " 'idx_tool_registrations_node_type', 'idx_tool_registrations_last_heartbeat')"))
                .isEqualTo(3);
    }

    /** A column that is in an index, or in what an index is for, is in the way of that; one in a BRIN index is not. */
    @Test
    void letsPostgresRenewARowInItsPlace() {
        migration.migrate();

        assertThat(rows.number("SELECT count(*) FROM pg_indexes WHERE tablename = 'tool_registrations'"
                + " AND indexdef NOT LIKE '%USING brin%' AND indexdef ~ '(" + CHANGED_BY_A_RENEWAL + ")'"))
                .isZero();
        assertThat(rows.text("SELECT array_to_string(reloptions, ' ') FROM pg_class"
                + " WHERE oid = 'tool_registrations'::regclass"))
                .contains("fillfactor=");
    }

    @Test
    void letsReplicasStartTogether() throws Exception {
        ExecutorService replicas = Executors.newFixedThreadPool(4, threads);
        try {
            Callable<Void> start = () -> {
                migration.migrate();
                return null;
            };
            for (Future<Void> started : replicas.invokeAll(Stream.generate(() -> start).limit(4).toList())) {
                started.get();
            }
        } finally {
            replicas.shutdownNow();
        }

        assertThat(registrations.page(RegistrationFilter.ANY, RegistrationOrder.BY_NODE_ID, null, 1, 1_000_000).rows())
                .isEmpty();
        assertThat(migrations()).isEqualTo(rows.number("SELECT count(DISTINCT version) FROM node_bridge_registry_schema"
                + " WHERE success AND version <> '0'"));
    }

    @Test
    void keepsTheRowsOfTheOriginalTableAndOwesThemToConsul() {
        rows.execute(ORIGINAL_TABLE);
        rows.execute(ORIGINAL_ROW);

        migration.migrate();

        assertPending();
    }

    @Test
    void givesUpBehindATransactionThatSomebodyHasLeftOpenSoThatReadersGoOn() throws Exception {
        rows.execute(ORIGINAL_TABLE);
        rows.execute(ORIGINAL_ROW);
        ExecutorService reader = Executors.newSingleThreadExecutor(threads);
        try (Connection open = dataSource.getConnection(); Statement holding = open.createStatement()) {
            holding.execute("SET idle_in_transaction_session_timeout = 0");
            open.setAutoCommit(false);
            holding.execute("SELECT 1 FROM tool_registrations");

            AtomicBoolean over = new AtomicBoolean();
            Future<Duration> longestRead = reader.submit(() -> {
                Duration longest = Duration.ZERO;
                while (!over.get()) {
                    long began = System.nanoTime();
                    assertThat(rows.number("SELECT count(*) FROM tool_registrations")).isEqualTo(1);
                    Duration took = Duration.ofNanos(System.nanoTime() - began);
                    longest = took.compareTo(longest) > 0 ? took : longest;
                }
                return longest;
            });
            try {
                assertThatThrownBy(migration::migrate)
                        .isInstanceOf(StoreUnavailableException.class)
                        .hasMessageContaining("lock timeout");

                over.set(true);
                assertThat(longestRead.get()).as("the longest read: it waits for POSTGRES_MIGRATION_LOCK_TIMEOUT, 5 s")
                        .isLessThan(Duration.ofSeconds(40));
            } finally {
                over.set(true);
                open.rollback();
                open.setAutoCommit(true);
                holding.execute("RESET idle_in_transaction_session_timeout");
            }
        } finally {
            reader.shutdownNow();
        }
        migration.migrate();
        assertPending();
    }

    /** As a replica of the version before finds it while another one migrates. */
    @Test
    void readsOnWhenAColumnIsAddedToWhatItHasPreparedStatementsFor() {
        migration.migrate();
        rows.execute(ORIGINAL_ROW);
        for (int time = 0; time < 10; time++) {
            assertThat(registrations.findAll(List.of("legacy"), ToolRegistration::nodeId)).containsExactly("legacy");
        }

        rows.execute("ALTER TABLE tool_registrations ADD COLUMN of_a_later_version TEXT");

        assertThat(registrations.findAll(List.of("legacy"), ToolRegistration::nodeId)).containsExactly("legacy");
    }

    @Test
    void letsAToolThatKnowsTheOriginalColumnsWriteOn() {
        migration.migrate();

        rows.execute(ORIGINAL_ROW);

        assertPending();
    }

    /**
     * As an upgrade finds it: the rows are there, and the replicas of the version before have just written them. One
     * upgrade does for all: what is between a step and the newest is the same from every earlier one.
     */
    @Test
    void bringsRowsThatWereWrittenAtEachEarlierStepUpToDate() {
        migration.migrate();
        List<String> steps = steps();
        List<String> earlier = steps.subList(0, steps.size() - 1);
        beginWithNothing();
        for (String step : earlier) {
            migrateTo(step);
            rows.execute(ORIGINAL_ROW.replace("'legacy'", "'" + written(step) + "'"));
        }

        migration.migrate();

        assertThat(steps()).isEqualTo(steps);
        assertPending(earlier.stream().map(SchemaMigrationInContainerIT::written).toList());
    }

    private static String written(String step) {
        return "legacy-" + step;
    }

    @Test
    void letsAToolWriteOnThatMayWriteNothingButRegistrations() {
        migration.migrate();
        rows.execute("CREATE ROLE original_tool; GRANT USAGE ON SCHEMA public TO original_tool;"
                + " GRANT INSERT, UPDATE, DELETE ON tool_registrations TO original_tool");
        try {
            rows.execute("SET ROLE original_tool; " + ORIGINAL_ROW + "; RESET ROLE");

            assertPending();
        } finally {
            rows.execute("RESET ROLE; DROP OWNED BY original_tool; DROP ROLE original_tool");
        }
    }

    @Test
    void takesOverWhatConsulHasConfirmedAndWhatItRefuses() {
        migrateTo("30");
        rows.execute("""
                INSERT INTO tool_registrations (tool_id, node_type, revision, catalog_version, catalog_error)
                VALUES ('confirmed', 'effect', 3, 3, NULL), ('refused', 'effect', 3, 2, 'too large'),
                       ('pending', 'effect', 3, 2, NULL)""");

        migration.migrate();

        assertThat(rows.of("confirmed").path("pending").booleanValue()).isFalse();
        assertThat(rows.of("refused").path("refusal").textValue()).isEqualTo("too large");
        assertThat(pendingWrites.due(Duration.ofSeconds(-1), null, List.of(), 10))
                .extracting(ToolRegistration::nodeId)
                .containsExactly("pending");
    }

    /** It would make all that the node says from now on an old story. */
    @Test
    void countsAStoredEpochBeyondPlausibilityAsNone() {
        migrateTo("14");
        rows.execute(ORIGINAL_ROW);
        rows.execute("UPDATE tool_registrations SET epoch = 9223372036854775807, event_epoch = 9223372036854775807");

        migration.migrate();

        assertThat(rows.number("SELECT count(*) FROM tool_registrations WHERE epoch IS NULL AND event_epoch IS NULL"))
                .isEqualTo(1);
        assertPending();
    }

    /**
     * As a replica of this version finds it when the others are of a later one already, or when an upgrade is taken
     * back.
     */
    @Test
    void startsOnASchemaThatALaterVersionHasMigrated() {
        migration.migrate();
        rows.execute("ALTER TABLE tool_registrations ADD COLUMN of_a_later_version TEXT");
        rows.execute("""
                INSERT INTO node_bridge_registry_schema (installed_rank, version, description, type, script, checksum,
                        installed_by, execution_time, success)
                VALUES (900, '900', 'later', 'SQL', 'V900__later.sql', 1, 'later', 1, TRUE)
                """);
        rows.execute(ORIGINAL_ROW);

        migration.migrate();

        assertThat(migration.done()).isTrue();
        assertPending();
    }

    /** It waits for all transactions that are open, and so for any that holds a lock for the migration. */
    @Test
    void buildsAnIndexConcurrentlyAndAgainAfterABuildThatFailed() {
        migration.migrate();
        rows.execute("""
                INSERT INTO node_bridge_registry_schema (installed_rank, version, description, type, script, checksum,
                        installed_by, execution_time, success)
                VALUES (900, '900', 'index', 'SQL', 'V900__index.sql', 1, 'failed', 1, FALSE)
                """);
        rows.execute("CREATE INDEX idx_of_a_test ON tool_registrations (node_version)");

        migration.migrate();
        SchemaMigration.configuration(dataSource).locations("classpath:db/migration", "classpath:db/concurrently")
                .load().migrate();

        assertThat(rows.number("SELECT count(*) FROM node_bridge_registry_schema WHERE version = '900' AND success"))
                .isEqualTo(1);
        assertThat(rows.text("SELECT indexdef FROM pg_indexes WHERE indexname = 'idx_of_a_test'"))
                .contains("environment");
    }

    private List<String> steps() {
        return rows.texts("SELECT version FROM node_bridge_registry_schema WHERE success AND version <> '0'"
                + " ORDER BY installed_rank");
    }

    private void migrateTo(String version) {
        Flyway.configure(SchemaMigration.class.getClassLoader())
                .dataSource(dataSource)
                .locations("classpath:db/migration")
                .table("node_bridge_registry_schema")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .target(version)
                .load()
                .migrate();
    }

    private void assertPending() {
        assertPending(List.of("legacy"));
    }

    private void assertPending(List<String> ids) {
        assertThat(pendingWrites.due(Duration.ofSeconds(-1), null, List.of(), 1_000))
                .extracting(ToolRegistration::nodeId)
                .containsExactlyInAnyOrderElementsOf(ids);
        assertThat(ids).allSatisfy(id -> {
            ToolRegistration found = registrations.find(id).orElseThrow();
            assertThat(found.status()).isEqualTo(RegistrationStatus.ACTIVE);
            assertThat(found.capabilities()).isEqualTo("{\"fold\": true}");
            assertThat(found.description().endpoints()).containsEntry("health", "http://legacy:1/health");
            assertThat(found.contentVersion().epoch()).isNull();
            assertThat(found.catalogCurrent()).isFalse();
            assertThat(batches.store(RegistrationBatch.collapse(List.of(NodeOnTheWire.named(id).introduced(at(0)))))
                    .only()
                    .outcome())
                    .isEqualTo(Outcome.UPDATED);
        });
    }
}
