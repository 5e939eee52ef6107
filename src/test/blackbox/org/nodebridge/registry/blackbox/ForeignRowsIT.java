// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Rows that another program has written, which knows the original table and none of our rules; and rows so large that a
 * thousand of them are more than the heap, which is that of the deployment files.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ForeignRowsIT {

    private static final String PATH = "/api/v1/registrations";
    private static final String GOOD_ENDPOINTS = "{\"health\": \"http://127.0.0.1:9/health\"}";
    private static final String INTROSPECTION = "foreign-rows." + Registry.INTROSPECTION;
    private static final int LARGE = 60;
    private static final int LISTS = 3;

    /** More than could each have another large event on its way at once. */
    private static final int SLOW = 25;
    private static final int LETTERS = 900_000;
    private static final String NODE_ID = "data: {\"node_id\":\"";
    private static final long PAGE_BYTES = 4L << 20;

    private static SeparateRegistry database;
    private static Registry registry;

    /** Node id to what is malformed in its row. */
    private final Map<String, List<String>> foreign = new LinkedHashMap<>();

    @BeforeAll
    static void startRegistry() {
        database = SeparateRegistry.on(Backends.shared(), "foreign-rows", Map.ofEntries(
                // whom row-level policies are asked of, other than a superuser
                Map.entry("POSTGRES_USER", "foreign_rows"),
                Map.entry("POSTGRES_PASSWORD", "foreign-rows"),
                Map.entry("JVM_ARGS", "-Xmx512m -XX:+ExitOnOutOfMemoryError"),
                // each reads all of the large rows
                Map.entry("REGISTRY_RECONCILE_INTERVAL", "PT15S"),
                Map.entry("REGISTRY_RECONCILE_PENDING_INTERVAL", "PT1S"),
                Map.entry("REGISTRY_RECONCILE_START_GRACE", "PT1S"),
                // rows of megabytes by the thousand take their time on a busy machine
                Map.entry("POSTGRES_READ_TIMEOUT", "60s"),
                Map.entry("POSTGRES_LOCK_TIMEOUT", "1s"),
                // what Consul has not confirmed in time is answered 202
                Map.entry("REGISTRY_CONSUL_TIMEOUT", "8000"),
                Map.entry("REGISTRY_CONSUL_HEALTH_TIMEOUT", "8000"),
                Map.entry("REGISTRY_CONSUL_REQUEST_TIMEOUT", "PT10S"),
                // who may not lead for as long as that removes nothing
                Map.entry("REGISTRY_CLUSTER_LEASE_TTL", "PT30S"),
                // nodes of which another program says that their leases ended long ago are still there to be removed
                Map.entry("REGISTRY_LEASE_SUSPECT_TIME", "PT1H"),
                // a machine that stands still has no record read twice
                Map.entry("MP_MESSAGING_INCOMING_NODE_EVENTS_SESSION_TIMEOUT_MS", Registry.BY_DEFAULT)));
        database.execute("CREATE ROLE foreign_rows LOGIN PASSWORD 'foreign-rows'; DO $$ BEGIN"
                + " EXECUTE format('ALTER DATABASE %I OWNER TO foreign_rows', current_database()); END $$");
        registry = database.replica("liberty");
        registry.liberty().start();
        // what is prepared before the last migration fails once after it
        eventually()
                .until(() -> registry.get("/api/v1/health").json().path("status").asText().equals("healthy"));
    }

    @AfterAll
    static void stopRegistry() {
        registry.liberty().kill();
    }

    /**
     * By the environment, for every starter of one, {@code mvn -Pembedded} too: the server's own options stand beside.
     */
    @Test
    @Order(0)
    void theServerRunsWithTheOptionsThatItWasGiven() {
        long pid = RegistryProcess.of(registry).pid();

        assertThat(ProcessHandle.of(pid).orElseThrow().info().arguments().orElseThrow())
                .contains("-Xmx512m", "-XX:+ExitOnOutOfMemoryError")
                .anyMatch(argument -> argument.startsWith("-Dregistry.server.directory="));
    }

    @Test
    @Order(1)
    void whateverTheOriginalTableAllowsIsListedReadWatchedComparedFilteredAndDeleted() {
        writeForeignRows();
        PlainNode good = new PlainNode("zz-good");
        assertThat(registry.post(PATH, good.payload()).status()).isEqualTo(201);
        Set<String> all = new HashSet<>(foreign.keySet());
        all.add(good.id());

        // listed and filtered, in every order
        for (String sort : List.of(
                "node_id", "node_type", "status", "health", "updated_at", "registered_at", "last_heartbeat")) {
            // what changes between two pages may be on both or on neither
            eventually().untilAsserted(() -> {
                assertThat(listed("?limit=3&sort=" + sort)).as(sort).containsExactlyInAnyOrderElementsOf(all);
                assertThat(listed("?limit=7&sort=-" + sort)).as("-" + sort).containsExactlyInAnyOrderElementsOf(all);
            });
        }
        assertThat(listed("?q=stamp")).containsExactly(good.id());
        assertThat(listed("?capability=stamp")).containsExactly(good.id());
        assertThat(listed("?capability=read")).contains("foreign-capabilities-0");
        assertThat(listed("?metadata=version%3D1.2.3")).containsExactly(good.id());
        assertThat(registry.get(PATH + "?stale=true&fields=node_id,malformed&count=true").status()).isEqualTo(200);

        // read: as it is, and said to be malformed
        foreign.forEach((id, malformed) -> {
            Answer answer = registry.get(PATH + "/" + Registry.encoded(id));
            assertThat(answer.status()).as(id).isEqualTo(200);
            JsonNode row = registry.row(id).orElseThrow();
            for (String column : List.of("capabilities", "endpoints", "metadata")) {
                assertThat(answer.json().path(column)).as(id).isEqualTo(row.path(column));
            }
            List<String> said = new ArrayList<>();
            answer.json().path("malformed").forEach(column -> said.add(column.textValue()));
            assertThat(said).as(id).isEqualTo(malformed);
            eventually().untilAsserted(() -> assertThat(
                    registry.get(PATH + "/" + Registry.encoded(id) + "/history").status()).as(id).isEqualTo(200));
        });
        assertThat(shown("foreign-last_heartbeat-0").path("last_heartbeat").textValue()).isEqualTo("infinity");
        assertThat(shown("foreign-updated_at-1").path("updated_at").textValue()).isEqualTo("-infinity");
        assertThat(shown("foreign-registered_at-2").path("registered_at").textValue())
                .isEqualTo("4714-11-24 00:00:00+00 BC");

        // watched
        Map<String, String> watched = new ConcurrentHashMap<>();
        try (WatchStream stream = WatchStream.open(
                registry, "", null, event -> watched.put(event.nodeId(), event.name()))) {
            eventually().until(() -> "snapshot-end".equals(watched.get("")));
            assertThat(watched.keySet()).containsAll(all);
        }

        // brought to Consul, or refused and said so; compared
        eventually().untilAsserted(() -> assertThat(registry.stores().query("""
                SELECT tool_id FROM pending_writes WHERE refusal IS NULL"""))
                .isEmpty());
        String before = registry.get("/api/v1/drift").json().path("checked_at").asText();
        eventually()
                .until(() -> registry.get("/api/v1/drift").json().path("checked_at").asText().compareTo(before) > 0);
        assertThat(registry.consulService(good.id())).isPresent();
        assertThat(registry.consulService("foreign-capabilities-0")).isPresent();

        // renewed, changed and deleted
        String heartbeat = "/heartbeat";
        assertThat(registry.post(PATH + "/foreign-last_heartbeat-0" + heartbeat, Json.object("{}")).status())
                .isEqualTo(200);
        PlainNode repaired = new PlainNode("foreign-capabilities-0");
        assertThat(registry.post(PATH, repaired.payload()).status()).isEqualTo(200);
        assertThat(shown(repaired.id()).has("malformed")).isFalse();
        for (String id : foreign.keySet()) {
            assertThat(registry.delete(PATH + "/" + Registry.encoded(id)).status()).as(id).isIn(200, 202);
        }
        assertThat(listed("?limit=100")).containsExactly(good.id());
        eventually().untilAsserted(() -> assertThat(registry.stores().consulServices().keySet())
                .containsExactly(good.id()));
    }

    @Test
    @Order(2)
    void aRowThatConsulRefusesSaysSoInTheListTheMetricsAndTheLogAndHoldsUpNoOther() {
        Metrics before = Metrics.of(registry);

        // of no use to anybody, and must not hold up the others
        database.execute("DELETE FROM tool_registrations WHERE tool_id = ''");
        database.execute("INSERT INTO tool_registrations (tool_id, node_type) VALUES ('', 'effect')");

        eventually().untilAsserted(() -> {
            JsonNode nameless = registry.get(PATH + "?limit=1").json().at("/registrations/0");
            assertThat(nameless.path("node_id").textValue()).isEmpty();
            assertThat(nameless.at("/stores/consul").textValue()).isEqualTo("refused");
            assertThat(nameless.path("consul_error").textValue()).contains("the node id is empty");
            assertThat(Explained.of(registry, "").causes()).contains("refused");
            assertThat(Metrics.of(registry).since(
                    before, "registry_registrations_total{outcome=\"refused\",store=\"consul\"}")).isPositive();
            assertThat(registry.liberty().log()).contains("Consul refuses a node").contains("the node id is empty");
            assertThatTheRowWithoutAnIdIsAddressed();
        });
        database.execute("INSERT INTO tool_registrations (tool_id, node_type, endpoints)"
                + " VALUES ('beside', 'effect', '" + GOOD_ENDPOINTS + "')");
        eventually().until(() -> registry.consulService("beside").isPresent());
        assertThat(registry.delete(PATH + "/beside").status()).isIn(200, 202);

        database.execute("DELETE FROM tool_registrations WHERE tool_id = ''");
        assertThat(registry.get(PATH + "/-?node_id=").json().path("detail").textValue())
                .isEqualTo("the node with the empty id is not registered");
    }

    private static void assertThatTheRowWithoutAnIdIsAddressed() {
        JsonNode found = registry.get(PATH + "/-?node_id=").json();
        assertThat(found.path("node_id").asText("none")).as(found.toString()).isEmpty();
        assertThat(found.at("/store_comparison/agree").asBoolean(true)).as(found.toString()).isFalse();
    }

    @Test
    @Order(3)
    void rowsThatPostgresRefusesToChangeAreBroughtToConsulAllTheSame() {
        int each = 40; // more than is read at a time
        database.execute(pending("checked", each) + pending("raised", each) + pending("silent", each)
                + pending("policed", each)
                + """
                ALTER TABLE tool_registrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
                CREATE POLICY rule_of_somebody_else ON tool_registrations
                    USING (TRUE) WITH CHECK (tool_id NOT LIKE 'policed-%');
                ALTER TABLE tool_registrations ADD CONSTRAINT rule_of_somebody_else CHECK (
                    tool_id NOT LIKE 'checked-%') NOT VALID;
                CREATE FUNCTION rule_of_somebody_else() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF OLD.tool_id LIKE 'raised-%' THEN
                        RAISE EXCEPTION 'not this one';
                    END IF;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER rule_of_somebody_else BEFORE UPDATE ON tool_registrations FOR EACH ROW
                    WHEN (OLD.tool_id LIKE 'raised-%' OR OLD.tool_id LIKE 'silent-%')
                    EXECUTE FUNCTION rule_of_somebody_else()""");

        patiently().untilAsserted(() -> {
            for (String refused : List.of("checked", "raised", "silent", "policed")) {
                assertThat(confirmed(refused + "-%")).as(refused).isEqualTo(each);
            }
        });
        assertThat(registry.consulService("checked-1")).isPresent();
        assertThat(registry.consulService("policed-1")).isPresent();
        Answer policed = registry.post(PATH, new PlainNode("policed-new").payload());
        assertThat(policed.status()).as(policed.body()).isBetween(400, 499);
        assertThat(policed.body()).contains("row-level security policy");
        assertThat(registry.get("/api/v1/health").json().at("/components/postgres/message").asText())
                .as("no defect of the database").doesNotContain("defect");

        database.execute("DROP POLICY rule_of_somebody_else ON tool_registrations;"
                + " ALTER TABLE tool_registrations DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;"
                + " DROP TRIGGER rule_of_somebody_else ON tool_registrations;"
                + " ALTER TABLE tool_registrations DROP CONSTRAINT rule_of_somebody_else;"
                + " DROP FUNCTION rule_of_somebody_else;"
                + " DELETE FROM tool_registrations WHERE tool_id <> 'zz-good'");
        assertThat(registry.stores().pendingForConsul()).as("nothing is pending of rows that are gone").isZero();
    }

    @Test
    @Order(4)
    void aRowThatPostgresRefusesKeepsNoOtherFromBeingCordonedAndNoCordonFromEnding() {
        for (String id : List.of("cordon-a", "cordon-held", "cordon-z")) {
            ObjectNode payload = new PlainNode(id).payload();
            payload.withObject("/metadata").put("region", "cordoned");
            assertThat(registry.post(PATH, payload).status()).isEqualTo(201);
        }
        database.execute("ALTER TABLE tool_registrations ADD CONSTRAINT rule_about_cordons CHECK ("
                + "tool_id <> 'cordon-held' OR cordoned_at IS NULL) NOT VALID");
        Metrics before = Metrics.of(registry);

        JsonNode done = registry.post("/api/v1/cordons", Json.object(
                "{'action': 'cordon', 'regions': ['cordoned'], 'reason': 'the region is moved'}")).json();

        assertThat(done.path("matched").intValue()).isEqualTo(3);
        assertThat(done.path("changed").intValue()).isEqualTo(2);
        assertThat(done.path("refused").intValue()).isEqualTo(1);
        assertThat(Stream.of("cordon-a", "cordon-held", "cordon-z").filter(id -> shown(id).has("cordon")))
                .containsExactly("cordon-a", "cordon-z");

        database.execute("""
                ALTER TABLE tool_registrations DROP CONSTRAINT rule_about_cordons;
                UPDATE tool_registrations SET cordoned_at = now(), cordon_reason = 'of somebody else'
                    WHERE tool_id = 'cordon-held';
                CREATE FUNCTION rule_about_cordons() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'not this one'; END $$;
                CREATE TRIGGER rule_about_cordons BEFORE UPDATE ON tool_registrations FOR EACH ROW
                    WHEN (OLD.tool_id = 'cordon-held' AND NEW.cordoned_at IS NULL)
                    EXECUTE FUNCTION rule_about_cordons();
                UPDATE tool_registrations SET cordoned_until = now() WHERE cordoned_at IS NOT NULL""");
        eventually().untilAsserted(() -> {
            assertThat(shown("cordon-a").has("cordon")).isFalse();
            assertThat(shown("cordon-z").has("cordon")).isFalse();
            assertThat(Metrics.of(registry).since(before, "registry_refused_rows_total{event=\"uncordon\"}"))
                    .isPositive();
        });
        assertThat(registry.row("cordon-held").orElseThrow().path("cordoned_at").isNull()).isFalse();

        database.execute("DROP FUNCTION rule_about_cordons CASCADE");
        eventually().until(
                () -> registry.row("cordon-held").orElseThrow().path("cordoned_at").isNull());
        for (String id : List.of("cordon-a", "cordon-held", "cordon-z")) {
            assertThat(registry.delete(PATH + "/" + id).status()).isIn(200, 202);
        }
    }

    @Test
    @Order(5)
    void aRecordAtWhichATriggerOfAnotherProgramFailsIsDeadLetteredAloneAndHoldsUpNoOther() {
        List<String> bodies = List.of("INSERT INTO audit_that_is_missing VALUES (1)",
                "RAISE EXCEPTION 'not now' USING ERRCODE = '40001'",
                "RAISE EXCEPTION 'not yet' USING ERRCODE = '55000'",
                "RAISE EXCEPTION 'it is in use' USING ERRCODE = '55P03'",
                "RAISE EXCEPTION 'the other server is gone' USING ERRCODE = '08006'",
                "PERFORM pg_sleep(1000)");
        try {
            for (int i = 0; i < bodies.size(); i++) {
                PlainNode bad = new PlainNode("triggered-" + i);
                PlainNode good = new PlainNode("beside-triggered-" + i);
                database.execute(
                        "CREATE OR REPLACE FUNCTION audit_of_somebody_else() RETURNS trigger LANGUAGE plpgsql AS $$"
                                + " BEGIN " + bodies.get(i) + "; RETURN NEW; END $$;"
                                + " CREATE OR REPLACE TRIGGER audit_of_somebody_else BEFORE INSERT OR UPDATE"
                                + " ON tool_registrations FOR EACH ROW WHEN (NEW.tool_id LIKE 'triggered-%')"
                                + " EXECUTE FUNCTION audit_of_somebody_else()");
                registry.publish(INTROSPECTION, bad.id(), bad.introduction());
                registry.publish(INTROSPECTION, good.id(), good.introduction());

                // each try of a statement that never ends takes 25 seconds
                patiently().until(() -> registry.row(good.id()).isPresent());
                patiently().untilAsserted(() -> assertThat(reasons(bad.id())).isNotEmpty().containsOnly("defect"));
                assertThat(reasons(good.id())).isEmpty();
                assertThat(registry.row(bad.id())).isEmpty();
                assertThat(registry.send(Registry.as("operator", registry.request(PATH))
                        .timeout(Duration.ofMinutes(5))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(Json.utf8(bad.payload())))).status()).isEqualTo(500);
                assertThat(registry.consulService(bad.id())).as("nothing is written ahead").isEmpty();
                // it is looked at every two seconds
                eventually().untilAsserted(() -> assertThat(
                        registry.get("/api/v1/health").json().at("/components/postgres/message").asText())
                        .contains("a function of another program fails"));
            }
            eventually().untilAsserted(() -> assertThat(
                    registry.stores().query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"))
                    .as("statements that were given up and go on").isEmpty());
        } finally {
            database.execute("DROP TRIGGER audit_of_somebody_else ON tool_registrations;"
                    + " DELETE FROM tool_registrations WHERE tool_id <> 'zz-good'");
        }
    }

    /** Where so much has to be tried that a minute and a half are not enough for a busy machine. */
    private static ConditionFactory patiently() {
        return eventually().atMost(Duration.ofMinutes(5));
    }

    private static Answer put(String path, JsonNode body) {
        return registry.send(Registry.as("operator", registry.request(path))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(Json.utf8(body))));
    }

    /** Why records of this node are dead letters. */
    private static List<String> reasons(String nodeId) {
        return registry.deadLetters(INTROSPECTION).stream()
                .filter(letter -> nodeId.equals(new String(letter.key(), UTF_8)))
                .map(letter -> new String(letter.headers().lastHeader("registry-dlq-reason").value(), UTF_8))
                .toList();
    }

    @Test
    @Order(6)
    void aRowThatAnotherSessionLocksIsSaidToBeSoAndHoldsUpNoOtherOfItsBatch() throws SQLException {
        PlainNode locked = new PlainNode("locked");
        PlainNode free = new PlainNode("not-locked");
        assertThat(registry.post(PATH, locked.payload()).status()).isEqualTo(201);
        try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT 1 FROM tool_registrations WHERE tool_id = 'locked' FOR UPDATE");
            registry.publish(INTROSPECTION, locked.id(), locked.introduction());
            registry.publish(INTROSPECTION, free.id(), free.introduction());

            eventually().untilAsserted(() -> assertThat(registry.get("/api/v1/health").json().toString())
                    .contains("a row is locked by another session"));
            // where both are in one batch; else it waits behind, so that the end of the lock is what counts
            connection.rollback();
        }
        Gap gap = Gap.of("A row was locked");
        eventually().until(() -> registry.row(free.id()).isPresent() && registry.consulService(free.id()).isPresent());
        gap.ended();
        assertThat(reasons(locked.id())).isEmpty();
        database.execute("DELETE FROM tool_registrations WHERE tool_id <> 'zz-good'");
    }

    @Test
    @Order(7)
    void ofManyNodesAtOnceAllAreWrittenButThoseThatAnotherSessionHolds() throws SQLException {
        for (String id : List.of("held", "cordon-free", "cordon-held")) {
            ObjectNode payload = new PlainNode(id).payload();
            payload.withObject("/metadata").put("region", "held");
            assertThat(registry.post(PATH, payload).status()).isEqualTo(201);
        }
        try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT 1 FROM tool_registrations WHERE tool_id IN ('held', 'cordon-held') FOR UPDATE");
            // seen by nobody else, and it holds up another insert of the same
            statement.execute("INSERT INTO tool_registrations (tool_id, node_type) VALUES ('uncommitted', 'effect')");

            registry.send(Registry.as("operator", registry.request(PATH + "/batch"))
                    .header("Content-Type", "application/x-ndjson")
                    .POST(BodyPublishers.ofString(Stream.of("beside-1", "held", "beside-2", "uncommitted", "beside-3")
                            .map(id -> new PlainNode(id).payload() + "\n")
                            .collect(Collectors.joining()))));
            for (String id : List.of("beside-1", "beside-2", "beside-3")) {
                eventually().untilAsserted(() -> assertThat(registry.row(id)).as(id).isPresent());
            }
            JsonNode done = registry.post("/api/v1/cordons", Json.object(
                    "{'action': 'cordon', 'regions': ['held'], 'reason': 'the region is moved'}")).json();
            assertThat(done.path("matched").intValue()).as(done.toString()).isEqualTo(3);
            assertThat(done.path("changed").intValue()).as(done.toString()).isEqualTo(1);
            assertThat(done.path("refused").intValue()).as(done.toString()).isEqualTo(2);
            assertThat(shown("cordon-free").has("cordon")).isTrue();
            Answer cordon = put(PATH + "/held/cordon", Json.object("{'reason': 'it is moved'}"));
            assertThat(cordon.status()).isEqualTo(503);
            assertThat(cordon.json().path("detail").textValue()).contains("a row is locked by another session");
            // and of those that a comparison finds missing
            ConsulEditor consul = new ConsulEditor(Backends.shared(), "foreign-rows");
            consul.deregisterService("cordon-held");
            consul.deregisterService("cordon-free");
            awaitComparedAndPresent("cordon-free");
            assertThat(registry.consulService("cordon-held")).as("its row cannot be marked").isEmpty();
            connection.rollback();
        }
        awaitComparedAndPresent("cordon-held");
        eventually().until(() -> registry.row("uncommitted").isPresent());
        database.execute("DELETE FROM tool_registrations WHERE tool_id <> 'zz-good'");
    }

    /** Asks for comparisons, as the next would come in a quarter of a minute. */
    private static void awaitComparedAndPresent(String nodeId) {
        eventually().until(() -> {
            registry.post("/api/v1/reconciliations", Json.object("{'dry_run': false}"));
            return registry.consulService(nodeId).isPresent();
        });
    }

    /** It is no record's fault: none can be written while it is there. */
    @Test
    @Order(8)
    void aRuleOfAnotherProgramIsADefectOfTheDatabaseForWhichNoRecordIsDeadLettered() {
        List<String> rules = List.of("ON UPDATE TO tool_registrations DO INSTEAD NOTHING",
                "ON INSERT TO tool_registrations WHERE new.tool_id = 'ruled' DO INSTEAD NOTHING");
        for (int i = 0; i < rules.size(); i++) {
            PlainNode ruled = new PlainNode("ruled-" + i);
            database.execute("CREATE RULE rule_of_somebody_else AS " + rules.get(i));
            try {
                registry.publish(INTROSPECTION, ruled.id(), ruled.introduction());

                eventually().untilAsserted(() -> assertThat(
                        registry.get("/api/v1/health").json().at("/components/postgres/message").asText())
                        .contains("PostgreSQL cannot do what the registry asks of it"));
                assertThat(registry.post(PATH, new PlainNode("ruled-by-hand").payload()).status()).isEqualTo(500);
                // more than registry.kafka.defect-attempts
                patiently().until(() -> registry.liberty().log().split("A batch could not be handled").length > 8);
                assertThat(reasons(ruled.id())).isEmpty();
            } finally {
                database.execute("DROP RULE rule_of_somebody_else ON tool_registrations");
            }
            eventually().until(() -> registry.row(ruled.id()).isPresent());
        }
        database.execute("DELETE FROM tool_registrations WHERE tool_id <> 'zz-good'");
    }

    @Test
    @Order(9)
    void whatATriggerOfAnotherProgramKeepsAsItIsIsAnsweredAsRefusedAndDeadLettered() {
        String keeping = "CREATE OR REPLACE FUNCTION keeps() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN RETURN NULL; END'; CREATE TRIGGER keeps BEFORE %s ON tool_registrations FOR EACH ROW"
                + " WHEN (%s LIKE 'kept%%') EXECUTE FUNCTION keeps()";
        PlainNode kept = new PlainNode("kept");
        PlainNode cordoned = new PlainNode("kept-cordoned");
        for (PlainNode node : List.of(kept, cordoned, new PlainNode("not-kept"))) {
            assertThat(registry.post(PATH, node.payload()).status()).isEqualTo(201);
        }
        assertThat(put(PATH + "/kept-cordoned/cordon", Json.object("{'reason': 'moved'}")).status())
                .isIn(200, 202);
        database.execute(keeping.formatted("INSERT OR UPDATE", "NEW.tool_id"));
        String forget = "?forget=true";
        try {
            Map<String, Answer> answers = new LinkedHashMap<>();
            answers.put("register", registry.post(PATH, kept.payload()));
            answers.put("a new one", registry.post(PATH, new PlainNode("kept-new").payload()));
            answers.put("heartbeat", registry.post(PATH + "/kept/heartbeat", Json.object("{}")));
            answers.put("cordon", put(PATH + "/kept/cordon", Json.object("{'reason': 'it is moved'}")));
            answers.put("uncordon", registry.delete(PATH + "/kept-cordoned/cordon"));
            answers.put("deregister", registry.delete(PATH + "/kept"));
            answers.put("forget", registry.send(
                    Registry.as("admin", registry.request(PATH + "/kept" + forget)).DELETE()));
            database.execute("DROP TRIGGER keeps ON tool_registrations; "
                    + keeping.formatted("DELETE", "OLD.tool_id"));
            answers.put("forget a row that cannot be deleted", registry.send(
                    Registry.as("admin", registry.request(PATH + "/kept-cordoned" + forget)).DELETE()));
            assertThat(answers).allSatisfy((name, answer) -> {
                assertThat(answer.status()).as(name + ": " + answer.body()).isEqualTo(422);
                assertThat(answer.json().path("type").textValue()).as(name).endsWith("store-refused");
                assertThat(answer.json().path("detail").textValue()).as(name).contains("keeps the row as it is");
            });
            database.execute("DROP TRIGGER keeps ON tool_registrations; "
                    + keeping.formatted("INSERT OR UPDATE", "NEW.tool_id"));
            JsonNode many = registry.post("/api/v1/cordons", Json.object(
                    "{'action': 'cordon', 'capabilities': ['stamp'], 'reason': 'all are moved'}")).json();
            assertThat(many.path("refused").intValue()).as(many.toString()).isEqualTo(2);
            assertThat(many.path("changed").intValue()).as(many.toString())
                    .isEqualTo(many.path("matched").intValue() - 2).isPositive();
            registry.publish(INTROSPECTION, "kept", kept.introduction());
            registry.publish(INTROSPECTION, "kept", kept.departure());
            registry.publish("foreign-rows." + Registry.HEARTBEAT, "kept", kept.heartbeat("healthy"));
            // each at least once
            eventually().untilAsserted(
                    () -> assertThat(reasons("kept")).hasSizeGreaterThanOrEqualTo(2).containsOnly("refused"));
            eventually().untilAsserted(
                    () -> assertThat(registry.deadLetters("foreign-rows." + Registry.HEARTBEAT)).isNotEmpty());
        } finally {
            database.execute("DROP TRIGGER keeps ON tool_registrations;"
                    + " UPDATE tool_registrations SET cordoned_at = NULL, revision = revision + 1;"
                    + " DELETE FROM tool_registrations WHERE tool_id <> 'zz-good'");
        }
    }

    @Test
    @Order(10)
    void aReasonOfACordonThatIsLongerThanConsulTakesIsCut() {
        database.execute("INSERT INTO tool_registrations (tool_id, node_type, endpoints, cordoned_at, cordon_reason,"
                + " cordoned_by) VALUES ('long-cordon', 'effect', '" + GOOD_ENDPOINTS + "', now(),"
                + " repeat('x', 1000000), repeat('y', 1000000))");

        eventually().until(() -> registry.consulService("long-cordon").isPresent());
        assertThat(registry.consulService("long-cordon").orElseThrow().status()).isEqualTo("critical");
        JsonNode cordon = shown("long-cordon").path("cordon");
        assertThat(cordon.path("reason").textValue()).hasSize(500).endsWith("x…");
        assertThat(cordon.path("by").textValue()).hasSize(500).endsWith("y…");
        database.execute("UPDATE tool_registrations SET cordoned_until = now() WHERE tool_id = 'long-cordon'");
        eventually().until(() -> !shown("long-cordon").has("cordon"));
        assertThat(registry.delete(PATH + "/long-cordon").status()).isIn(200, 202);
    }

    @Test
    @Order(11)
    void aTaskThatFailsEachTimeIsShownInHealthUntilItIsRepaired() {
        database.execute("ALTER TABLE catalog_drift RENAME TO mislaid");
        try {
            eventually().untilAsserted(() -> {
                JsonNode health = registry.get("/api/v1/health").json();
                assertThat(health.at("/features/tasks/message").asText()).contains("drift_counts fails");
                assertThat(health.path("status").asText()).isEqualTo("degraded");
                assertThat(Verdict.of(registry).codes()).contains("feature");
            });
        } finally {
            database.execute("ALTER TABLE mislaid RENAME TO catalog_drift");
        }
        eventually().until(() -> registry.get("/api/v1/health").json().at("/features/tasks").isMissingNode());
    }

    /** Nodes that another program registers, in the original table's own columns. */
    private static String pending(String name, int count) {
        return "INSERT INTO tool_registrations (tool_id, node_type, endpoints) SELECT '" + name
                + "-' || i, 'effect', '" + GOOD_ENDPOINTS + "'"
                + " FROM generate_series(1, " + count + ") AS i;";
    }

    private static int confirmed(String ids) {
        return registry.stores().query("SELECT 1 FROM tool_registrations WHERE tool_id LIKE '" + ids
                + "' AND tool_id NOT IN (SELECT tool_id FROM pending_writes)").size();
    }

    @Test
    @Order(12)
    void whatOrdinaryReadersOfJsonRefuseIsNamedAndLeftOutOfEveryAnswer() throws IOException {
        Map<String, String> unreadable = Map.of(
                "deep", "('{\"a\": ' || repeat('[', 3000) || repeat(']', 3000) || '}')::jsonb",
                "digits", "'{\"a\": 1e100000}'::jsonb",
                "name", "jsonb_build_object(repeat('n', 60000), 1)");
        ObjectMapper ordinary = new ObjectMapper();
        // of the locks, rules and tasks before nothing is said any more; of a lock it is for half a minute
        eventually().until(() -> registry.get("/api/v1/health").json().path("status").asText().equals("healthy"));
        Map<String, String> live = new ConcurrentHashMap<>();
        WatchStream watcher = WatchStream.open(registry, "", null, event -> {
            if (List.of("updated", "added", "snapshot-end").contains(event.name())) {
                live.put(event.nodeId(), String.valueOf(event.data()));
            }
        });
        eventually().until(() -> live.containsKey(""));
        unreadable.forEach((id, value) -> {
            assertThat(registry.post(PATH, new PlainNode(id).payload()).status()).isEqualTo(201);
            database.execute("UPDATE tool_registrations SET metadata = " + value + ", capabilities = " + value
                    + ", endpoints = jsonb_build_object('api', 'http://10.1.2.3:8080', 'odd', " + value + "),"
                    + " history_pending = 'updated', revision = revision + 1, updated_at = now() - INTERVAL '1 minute'"
                    + " WHERE tool_id = '" + id + "'");
        });
        PlainNode beside = new PlainNode("beside-unreadable");
        assertThat(registry.post(PATH, beside.payload()).status()).isEqualTo(201);

        // published on every way, and read by ordinary readers of JSON
        eventually().untilAsserted(() -> {
            TopologyTopic topic = TopologyTopic.of(registry);
            for (String id : unreadable.keySet()) {
                assertThat(live.get(id)).as("watched").contains("\"omitted, ");
                List<JsonNode> changes = topic.changesOf(id);
                assertThat(changes).isNotEmpty();
                assertThat(changes.get(changes.size() - 1).path("capabilities").asText()).startsWith("omitted, ");
                assertThat(registry.consulService(id).map(ConsulService::address)).contains("10.1.2.3");
            }
            assertThat(live).containsKey(beside.id());
            assertThat(topic.changesOf(beside.id())).isNotEmpty();
            assertThat(registry.consulService(beside.id())).isPresent();
        });
        watcher.close();
        for (String data : live.values()) {
            assertThat(ordinary.readTree(data).isObject()).isTrue();
        }
        for (ConsumerRecord<byte[], byte[]> record : registry.broker().committed(registry.topic("topology-diff.v1"))) {
            assertThat(ordinary.readTree(record.value()).isObject()).isTrue();
        }
        for (String address : List.of("/api/v1/services", "/api/v1/route?node_type=effect&n=10",
                "/api/v1/route?capability=a&n=10", "/api/v1/sd/prometheus?endpoint=api",
                "/api/v1/sd/prometheus?endpoint=health")) {
            Answer answer = registry.get(address);
            assertThat(answer.status()).as(address).isIn(200, 404);
            assertThat(ordinary.readTree(answer.body()).isContainerNode()).as(address).isTrue();
        }
        eventually().untilAsserted(() -> {
            assertThat(registry.get("/api/v1/services").body()).contains("stamp");
            assertThat(registry.get("/api/v1/route?capability=stamp&n=10").body()).contains(beside.id());
            assertThat(registry.get("/api/v1/sd/prometheus?endpoint=health").body()).contains(beside.id());
        });

        for (String id : unreadable.keySet()) {
            JsonNode read = ordinary.readTree(registry.get(PATH + "/" + id).body());
            assertThat(read.path("metadata").textValue()).startsWith("omitted, ");
            assertThat(read.path("capabilities").textValue()).startsWith("omitted, ");
            assertThat(read.path("endpoints").textValue()).startsWith("omitted, ");
            assertThat(read.path("malformed")).extracting(JsonNode::textValue)
                    .containsExactly("capabilities", "endpoints", "metadata");
            JsonNode changes = ordinary.readTree(registry.get(PATH + "/" + id + "/history").body());
            assertThat(changes.at("/changes/0/content").textValue()).as(changes.toString()).startsWith("omitted, ");
        }
        for (String address : List.of(PATH + "?limit=100", PATH + "?limit=100&fields=metadata", "/api/v1/drift")) {
            assertThat(ordinary.readTree(registry.get(address).body()).isObject()).as(address).isTrue();
        }
        Map<String, String> snapshot = new ConcurrentHashMap<>();
        try (WatchStream stream = WatchStream.open(
                registry, "", null, event -> snapshot.put(event.nodeId(), String.valueOf(event.data())))) {
            eventually().until(() -> snapshot.containsKey("") && snapshot.keySet().containsAll(unreadable.keySet()));
            for (String data : snapshot.values()) {
                assertThat(ordinary.readTree(data).isObject()).isTrue();
            }
        }
        unreadable.keySet().forEach(id -> assertThat(registry.delete(PATH + "/" + id).status()).isIn(200, 202));
        assertThat(registry.delete(PATH + "/" + beside.id()).status()).isIn(200, 202);
    }

    @Test
    @Order(13)
    void figuresAndTimesAtTheEndOfWhatPostgresKeepsAreShownAndCanBeDeletedAndForgotten() {
        Metrics before = Metrics.of(registry);
        Map<String, String> odd = odd();
        odd.forEach(ForeignRowsIT::write);

        assertThat(listed("?limit=100")).containsAll(odd.keySet());
        assertThat(listed("?limit=3&sort=-updated_at")).containsAll(odd.keySet());
        Map<String, String> watched = new ConcurrentHashMap<>();
        try (WatchStream stream = WatchStream.open(
                registry, "", null, event -> watched.put(event.nodeId(), String.valueOf(event.data())))) {
            eventually().until(() -> watched.keySet().containsAll(odd.keySet()));
        }
        assertThat(watched.values()).noneMatch(ForeignRowsIT::hasJavasInfinity);
        odd.keySet().forEach(id -> assertThat(shown(id).toString()).as(id)
                .matches(body -> !hasJavasInfinity(body)));
        assertThat(shown("revision-0").path("revision").longValue()).isEqualTo(Long.MAX_VALUE);
        assertThat(shown("lease_expires_at-infinity").at("/lease/expires_at").textValue()).isEqualTo("infinity");
        assertThat(shown("lease_expires_at-infinity").path("malformed")).extracting(JsonNode::textValue)
                .containsExactly("lease_expires_at");
        assertThat(shown("content_timestamp--infinity").path("event_timestamp").textValue()).isEqualTo("-infinity");

        for (String id : odd.keySet()) {
            Answer answer = registry.delete(PATH + "/" + id);
            assertThat(answer.status()).as(id + ": " + answer.body()).isIn(200, 202);
            assertThat(registry.get(PATH + "/" + id).status()).as(id).isEqualTo(404);
        }
        eventually().untilAsserted(() -> assertThat(registry.stores().consulServices().keySet())
                .doesNotContainAnyElementsOf(odd.keySet()));
        database.execute("DELETE FROM tool_registrations WHERE tool_id <> 'zz-good'");
        odd.forEach(ForeignRowsIT::write);
        for (String id : odd.keySet()) {
            Answer answer = registry.send(
                    Registry.as("admin", registry.request(PATH + "/" + id + "?forget=true")).DELETE());
            assertThat(answer.status()).as(id + ": " + answer.body()).isIn(200, 202);
        }
        // of all of them, as each would be waited for
        odd.keySet().forEach(id -> eventually().untilAsserted(
                () -> assertThat(registry.get(PATH + "/" + id + "/history").body()).as(id)
                        .contains("forgotten").matches(body -> !hasJavasInfinity(body))));
        assertThat(registry.get(PATH + "/event_timestamp-infinity/history").json()
                .at("/changes/0/event_timestamp").textValue()).isEqualTo("infinity");
        assertThat(Metrics.of(registry).samples().keySet().stream()
                .filter(name -> name.startsWith("registry_task_defects_total"))
                .filter(name -> Metrics.of(registry).since(before, name) > 0)).as("every sweep went on").isEmpty();
    }

    private static Map<String, String> odd() {
        Map<String, String> odd = new LinkedHashMap<>();
        for (String revision : List.of("9223372036854775807", "9223372036854775806", "-9223372036854775808", "0")) {
            odd.put("revision-" + odd.size(), "revision = " + revision);
        }
        for (String time : List.of("event_timestamp", "content_timestamp", "last_seen_at", "lease_expires_at",
                "heartbeat_timestamp", "suspect_since", "probed_at", "probe_due_at", "damped_until", "flapped_at",
                "last_heartbeat", "registered_at", "updated_at")) {
            for (String value : List.of("infinity", "-infinity", "294276-12-31 UTC", "4714-11-24 UTC BC")) {
                odd.put(time + "-" + value.replace(' ', '.'), time + " = '" + value + "'");
            }
        }
        return odd;
    }

    private static void write(String id, String columns) {
        database.execute("INSERT INTO tool_registrations (tool_id, node_type, endpoints, status) VALUES ('" + id
                + "', 'effect', '" + GOOD_ENDPOINTS + "', '" + (id.startsWith("suspect") ? "suspect" : "active")
                + "'); UPDATE tool_registrations SET " + columns + " WHERE tool_id = '" + id + "'");
    }

    private static boolean hasJavasInfinity(String json) {
        return json.contains("1000000000-") || json.contains("+29") || json.contains("999999999-");
    }

    @Test
    @Order(14)
    void aRowThatIsLargerThanMemoryWouldBearIsShownWithoutWhatIsTooLong() {
        database.execute("INSERT INTO tool_registrations (tool_id, node_type, metadata, endpoints)"
                + " VALUES ('huge', 'effect', jsonb_build_object('text', repeat('x', 60000000)), '" + GOOD_ENDPOINTS
                + "')");

        // a client that must let others go first asks again
        eventually().untilAsserted(() -> {
            JsonNode huge = shown("huge");
            assertThat(huge.path("metadata").textValue()).matches("omitted, 600\\d+ bytes");
            assertThat(huge.path("malformed")).extracting(JsonNode::textValue).containsExactly("metadata");
            assertThat(listed("?limit=100")).contains("huge");
        });
        patiently().until(() -> registry.consulService("huge").isPresent());
        assertThat(registry.delete(PATH + "/huge").status()).isIn(200, 202);
    }

    @Test
    @Order(15)
    void moreThanTheHeapHoldsIsListedAndWatchedByManyAtOnceInBoundedPortions() throws IOException {
        database.execute("INSERT INTO tool_registrations (tool_id, node_type, metadata, endpoints)"
                + " SELECT 'large-' || i, 'effect', jsonb_build_object('text', repeat(chr(97 + i % 26), " + LETTERS
                + ")), '" + GOOD_ENDPOINTS + "' FROM generate_series(1, " + LARGE + ") AS i");
        List<SlowWatcher> slow = new ArrayList<>();
        try {
            IntStream.range(0, SLOW).forEach(i -> slow.add(SlowWatcher.letIn(registry)));
            patiently().until(
                    () -> Metrics.of(registry).value("registry_watch_events_total{event=\"snapshot-begin\"}") >= SLOW);
            Map<String, Integer> longest = new ConcurrentHashMap<>();
            assertThat(CompletableFuture.supplyAsync(ForeignRowsIT::snapshot).orTimeout(5, TimeUnit.MINUTES).join())
                    .filteredOn(id -> id.startsWith("large-"))
                    .hasSize(LARGE);

            List<CompletableFuture<Set<String>>> lists = Stream.generate(
                    () -> CompletableFuture.supplyAsync(() -> pagedByThousand(longest)).orTimeout(9, TimeUnit.MINUTES))
                    .limit(LISTS)
                    .toList();
            for (CompletableFuture<Set<String>> list : lists) {
                assertThat(list.join().stream().filter(id -> id.startsWith("large-"))).hasSize(LARGE);
            }
            assertThat(longest.get("page")).isLessThan((int) PAGE_BYTES + LETTERS);
        } finally {
            for (SlowWatcher watcher : slow) {
                watcher.close();
            }
        }
        patiently().until(() -> registry.consulService("large-" + LARGE).isPresent());
        eventually().untilAsserted(() -> assertThat(registry.get(PATH + "/large-1").status())
                .as("the process has survived").isEqualTo(200));
    }

    /** No more than there may be of a page, of region and some other columns by turns. */
    @Test
    @Order(16)
    void noColumnOfAnotherProgramMakesAPageLongerThanItMayBe() {
        makesNoPageTooLong("region");
        assertThat(shown("wide-1").path("region").textValue()).isEqualTo("omitted, 10000000 bytes");
        assertThat(shown("wide-2").path("region").textValue()).hasSize(3_000_000);
        HostileInput.share(texts(), (int) HostileInput.SEED, 6).forEach(ForeignRowsIT::makesNoPageTooLong);
        deleteWide();
    }

    /** Every column that has no length of its own, for the long form. */
    @Tag("chaos")
    @Test
    @Order(17)
    void noneOfAllColumnsDoes() {
        texts().forEach(ForeignRowsIT::makesNoPageTooLong);
        deleteWide();
    }

    private static List<String> texts() {
        List<String> texts = registry.stores().query("SELECT attname FROM pg_attribute"
                + " WHERE attrelid = 'tool_registrations'::regclass AND attnum > 0 AND atttypid = 'text'::regtype")
                .stream().map(row -> row.path("attname").textValue()).toList();
        assertThat(texts).contains("region", "environment", "node_version", "network_id", "deployment_id");
        return texts;
    }

    /** Leaves the rows with the long texts. */
    private static void makesNoPageTooLong(String column) {
        database.execute("DELETE FROM tool_registrations WHERE tool_id LIKE 'wide-%'");
        database.execute("INSERT INTO tool_registrations (tool_id, node_type, endpoints, " + column + ")"
                + " SELECT 'wide-' || i, 'effect', '" + GOOD_ENDPOINTS + "', repeat('x', CASE i WHEN 1 THEN 10000000"
                + " ELSE 3000000 END) FROM generate_series(1, 3) AS i");
        List<String> ids = new ArrayList<>();
        String cursor = "";
        while (cursor != null) {
            Answer answer = registry.get(PATH + "?limit=100" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            if (answer.status() == 429) {
                continue; // others go first
            }
            assertThat(answer.status()).as(column + ": " + answer.body()).isEqualTo(200);
            assertThat(answer.body().length()).as(column).isLessThan((int) PAGE_BYTES + 100_000);
            answer.json().path("registrations").forEach(row -> ids.add(row.path("node_id").textValue()));
            cursor = answer.json().path("next_cursor").textValue();
        }
        assertThat(ids).as(column).contains("wide-1", "wide-2", "wide-3");
    }

    private static void deleteWide() {
        for (int i = 1; i <= 3; i++) {
            assertThat(registry.delete(PATH + "/wide-" + i).status()).isIn(200, 202);
        }
    }

    private void writeForeignRows() {
        foreign("capabilities", true, "'[\"read\", \"write\"]'", "'\"read\"'", "'12'", "'null'", "'true'", "'[[]]'");
        foreign("endpoints", true, "'[]'", "'5'", "'null'", "'{\"api\": 5}'", "'{\"api\": null}'",
                "'{\"api\": {\"url\": \"http://h\"}}'", "'{\"api\": \"no url\"}'", "'\"http://h\"'");
        foreign("metadata", true, "'[]'", "'null'", "'[1, 2]'", "'\"x\"'", "'1e400'");
        foreign("metadata", false, "'{\"n\": 0.12345678901234567890123, \"big\": 123456789012345678901234567890}'",
                "('{\"deep\": ' || repeat('[', 60) || repeat(']', 60) || '}')::jsonb",
                "('{\"long\": ' || repeat('9', 900) || '}')::jsonb",
                "jsonb_build_object(repeat('n', 40000), 1)");
        foreign("health_endpoint", true, "''", "'nonsense'", "'javascript:alert(1)'", "'http://[::1'",
                "repeat('ä', 500)");
        for (String time : List.of("last_heartbeat", "registered_at", "updated_at")) {
            foreign(time, true, "'infinity'", "'-infinity'", "'4714-11-24 00:00:00+00 BC'",
                    "'294276-12-31 23:59:59+00'");
        }
        foreign("region", false, "E'a\\r\\nX-Injected: yes'", "U&'\\202E\\0085\\2028'", "''", "repeat('r', 5000)");
        foreign("environment", false, "E'\\x01\\x1b[31m'", "'{}[]<script>'");
        foreign("node_version", false, "'not.a.version'", "repeat('9.', 20000)", "E'1\\n2'");
        foreign("metadata", false, "'{\"weight\": 1e308}'", "'{\"weight\": -5}'", "'{\"weight\": \"x\"}'",
                "'{\"\": {\"\": \"\"}, \"mesh_proxy_port\": 1e5, \"__proto__\": []}'");
        foreign("capabilities", false, "'{\"\": null}'", "'{\"a b,c=d\": {\"e\": [1e308]}}'");
        for (String id : List.of(
                "\u212a", "k", "\u017f", "\u0130x", "\uffff", "a\u0085b", "\ud83d\ude00".repeat(255))) {
            foreign(id, List.of(), "metadata", "'{}'");
        }
        List<String> ids = List.of("with \"quotes\" \\ and {braces}", "ünï çödé %2F", "a,b;c", "x".repeat(255), "'");
        for (String id : ids) {
            foreign(id, List.of(), "metadata", "'{}'");
        }
        database.execute("INSERT INTO tool_registrations (tool_id, node_type, status)"
                + " VALUES ('', 'effect', 'departed')");
    }

    private void foreign(String column, boolean malformed, String... values) {
        for (String value : values) {
            String id = "foreign-" + column + "-" + counted(column);
            foreign(id, malformed ? List.of(column) : List.of(), column, value);
        }
    }

    private int counted(String column) {
        return (int) foreign.keySet().stream().filter(id -> id.startsWith("foreign-" + column + "-")).count();
    }

    private void foreign(String id, List<String> malformed, String column, String value) {
        Map<String, String> columns = new HashMap<>(Map.of("endpoints", "'" + GOOD_ENDPOINTS + "'"));
        columns.put(column, value);
        List<String> names = List.copyOf(columns.keySet());
        database.execute("INSERT INTO tool_registrations (tool_id, node_type, " + String.join(", ", names)
                + ") VALUES ('" + id.replace("'", "''") + "', 'effect', "
                + String.join(", ", names.stream().map(columns::get).toList()) + ")");
        foreign.put(id, malformed);
    }

    private static JsonNode shown(String id) {
        Answer answer = eventually().until(
                () -> registry.get(PATH + "/" + id + "?stores=false"), given -> given.status() != 429);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return answer.json();
    }

    private static List<String> listed(String query) {
        List<String> ids = new ArrayList<>();
        String next = "";
        while (next != null) {
            Answer answer = registry.get(PATH + query + next);
            assertThat(answer.status()).as(query + ": " + answer.body()).isEqualTo(200);
            answer.json().path("registrations").forEach(node -> ids.add(node.path("node_id").textValue()));
            String cursor = answer.json().path("next_cursor").textValue();
            next = cursor == null ? null : "&cursor=" + cursor;
        }
        return ids;
    }

    /**
     * The ids of a snapshot, asked for until it is let in. Not by a {@link WatchStream}: lines of a megabyte take the
     * JDK's line reader seconds.
     */
    private static Set<String> snapshot() {
        HttpRequest request = Registry.as("reader", registry.request(WatchStream.PATH))
                .timeout(Duration.ofMinutes(3)).GET().build();
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<InputStream> response = patiently().until(
                () -> client.send(request, BodyHandlers.ofInputStream()), answer -> answer.statusCode() == 200);
        Set<String> ids = new HashSet<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(), UTF_8))) {
            for (String line = lines.readLine(); !line.equals("event: snapshot-end"); line = lines.readLine()) {
                if (line.startsWith(NODE_ID)) {
                    ids.add(line.substring(NODE_ID.length(), line.indexOf('"', NODE_ID.length())));
                }
            }
            return ids;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A client that must let others go first asks again. */
    private static Set<String> pagedByThousand(Map<String, Integer> longest) {
        Set<String> ids = new HashSet<>();
        String next = "";
        while (next != null) {
            Answer answer = registry.get(PATH + "?limit=1000" + next);
            if (answer.status() == 429) {
                continue;
            }
            assertThat(answer.status()).isEqualTo(200);
            longest.merge("page", answer.body().length(), Math::max);
            JsonNode page = answer.json();
            page.path("registrations").forEach(node -> ids.add(node.path("node_id").textValue()));
            String cursor = page.path("next_cursor").textValue();
            next = cursor == null ? null : "&cursor=" + cursor;
        }
        return ids;
    }
}
