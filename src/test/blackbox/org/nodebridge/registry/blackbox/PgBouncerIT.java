// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.Needed;
import org.nodebridge.registry.servers.PgBouncer;
import org.nodebridge.registry.servers.PostgresServer;

/**
 * Two replicas behind PgBouncer in transaction pooling, set up as docs/operations.md says. What a session has been set
 * to is looked at from within the registry's own transactions.
 */
@Tag("chaos")
class PgBouncerIT {

    private static final String NAME = "pgbouncer";
    private static final int NODES = 200;

    /** Of each transaction that writes a row. */
    private static final String NOTE_SETTINGS = """
            CREATE TABLE seen_settings (setting TEXT PRIMARY KEY);
            CREATE FUNCTION note_settings() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO seen_settings VALUES (concat_ws(' ', current_setting('synchronous_commit'),
                    current_setting('idle_in_transaction_session_timeout'), current_setting('statement_timeout'),
                    current_setting('lock_timeout'), current_setting('default_transaction_read_only')))
                ON CONFLICT DO NOTHING;
                RETURN NEW;
            END $$;
            CREATE TRIGGER note_settings BEFORE INSERT ON tool_registrations
                FOR EACH ROW EXECUTE FUNCTION note_settings()""";

    private static PgBouncer pooler;
    private static SeparateRegistry separate;
    private static final List<Registry> REPLICAS = new ArrayList<>();

    @BeforeAll
    static void start() {
        PostgresServer postgres = Backends.shared().postgres().orElseThrow();
        pooler = Needed.orSkip(
                PgBouncer.before(postgres, Backends.emptyDirectory(NAME + "-pooler")), PgBouncer.HOW_TO_GET);
        pooler.start();
        separate = SeparateRegistry.on(Backends.shared(), NAME, Map.of(
                "POSTGRES_PORT", Integer.toString(pooler.port()),
                "POSTGRES_MIGRATION_PORT", Integer.toString(postgres.port()),
                "POSTGRES_PREPARE_THRESHOLD", "0",
                // what Consul has not confirmed in time is answered 202
                "REGISTRY_CONSUL_TIMEOUT", "8000",
                "REGISTRY_CONSUL_REQUEST_TIMEOUT", "PT10S",
                "REGISTRY_RECONCILE_INTERVAL", "PT1S"));
        // what the registry asks of its sessions is lost with each transaction
        separate.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off',"
                + " current_database()); END $$");
        // longer than the documentation has it, as a busy machine may stand still for longer than that
        separate.execute("DO $$ BEGIN EXECUTE format('ALTER ROLE postgres IN DATABASE %I SET synchronous_commit = on',"
                + " current_database()); EXECUTE format('ALTER ROLE postgres IN DATABASE %I"
                + " SET idle_in_transaction_session_timeout = 60000', current_database()); END $$");
        for (String replica : List.of("one", "two")) {
            REPLICAS.add(separate.replica(replica));
        }
        REPLICAS.forEach(replica -> replica.liberty().start());
        REPLICAS.forEach(replica -> eventually().until(
                () -> replica.get("/api/v1/health").json().path("status").asText().equals("healthy")));
    }

    @AfterAll
    static void stop() {
        REPLICAS.forEach(replica -> replica.liberty().kill());
        if (pooler != null) {
            pooler.kill();
        }
    }

    @Test
    void worksAsWithSessionsOfItsOwn() {
        separate.execute(NOTE_SETTINGS);
        Registry one = REPLICAS.get(0);
        Registry two = REPLICAS.get(1);
        List<PlainNode> nodes = PlainNode.many(NAME, NODES).toList();
        List<RecordMetadata> sent = new ArrayList<>();
        List<Held> held = REPLICAS.stream().map(Held::before).toList();
        try (WatchingClient client = new WatchingClient(REPLICAS, 1)) {
            eventually().until(() -> {
                client.keepConnected();
                return client.lastId() != null;
            });

            for (PlainNode node : nodes) {
                sent.add(one.publish(separate.topic(Registry.INTROSPECTION), node.id(), node.introduction()));
                assertThat(two.get("/api/v1/registrations?limit=5").status()).isEqualTo(200);
            }
            PlainNode manual = PlainNode.unique(NAME);
            assertThat(two.post("/api/v1/registrations", manual.payload()).status()).isEqualTo(201);
            assertThat(one.delete("/api/v1/registrations/" + manual.id()).status()).isEqualTo(200);

            eventually().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
                client.keepConnected();
                Map<String, JsonNode> rows = new HashMap<>(one.stores().rowsOf(NAME));
                assertThat(rows.values().stream().filter(row -> row.path("status").asText().equals("active")))
                        .hasSize(NODES);
                assertThat(one.stores().pendingForConsul()).isZero();
                assertThat(one.stores().consulServices()).hasSize(NODES);
                assertThat(client.known()).isEqualTo(WatchingClient.inTable(one.stores()));
                assertThat(one.get("/api/v1/drift").json().path("drift")).isEmpty();
            });
            assertThat(client.faults()).isEmpty();
        }
        assertThat(History.in(one.stores()).gaps()).isEmpty();
        assertThat(History.in(one.stores()).doubled()).isEmpty();
        assertThat(one.stores().query("SELECT setting FROM seen_settings"))
                .extracting(row -> row.path("setting").asText())
                .as("the role's settings, and none that another client of the pooler has left").containsExactly(
                        "on 1min 0 0 off");
        // those of a transaction that is under way end with it
        eventually().untilAsserted(() -> assertThat(one.stores().query(
                "SELECT 1 AS held FROM pg_locks WHERE locktype = 'advisory' AND database ="
                        + " (SELECT oid FROM pg_database WHERE datname = current_database())"))
                .isEmpty());
        for (Registry replica : REPLICAS) {
            eventually().until(
                    () -> replica.get("/api/v1/health").json().path("status").asText().equals("healthy"));
            assertThat(replica.liberty().log()).doesNotContain("prepared statement", "SQLSTATE",
                    "read-only transaction");
            held.get(REPLICAS.indexOf(replica)).isLetGoBy(replica);
        }
    }

    @Test
    void saysThatMigrationsNeedSessionsOfTheirOwn() {
        Registry pooled = separate.withEmptyDatabase()
                .with(Map.of(
                        "POSTGRES_MIGRATION_PORT", Integer.toString(pooler.port()),
                        "REGISTRY_KAFKA_GROUP_ID", NAME + "-pooled"))
                .replica("pooled");
        try {
            pooled.liberty().start();

            eventually().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
                assertThat(Health.checks(pooled).get("postgres").at("/data/message").asText()).contains("up to date");
                assertThat(pooled.liberty().log()).contains("POSTGRES_MIGRATION_HOST");
            });
        } finally {
            pooled.liberty().kill();
        }
    }
}
