// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.servers.ServerGroup;

/** A database that is lost, or said to be, and the topics that it is built from again. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplaysIT {

    private static final String PATH = "/api/v1/replays";
    private static final String NODES = "/api/v1/registrations/";
    private static final String ROUTE = "/api/v1/route?preview=true&n=50";
    private static final int LIVE = 60;
    private static final int DEPARTED = 5;
    private static final String PREFIX = Registry.uniqueId("rebuilt");

    /** Its introduction lies on the heartbeat topic, which is read after all others: who holds it holds the end. */
    private static final PlainNode LAST = new PlainNode(PREFIX + "-last");

    private static final String CORDONED = PREFIX + "-0";

    private static final List<String> TOMBSTONE = List.of("status", "event_timestamp", "event_id");

    private static final List<String> CONTENT = List.of(
            "node_type", "capabilities", "endpoints", "metadata", "status", "content_hash", "epoch", "event_timestamp",
            "event_id", "content_timestamp", "content_event_id", "health_status", "check_status");

    private static ServerGroup servers;
    private static Registry registry;
    private static Map<String, Map<String, JsonNode>> rowsBefore;
    private static Map<String, Map<String, Object>> servicesBefore;
    private static int lettersBefore;

    private Connection held;

    @BeforeAll
    static void registerNodes() {
        servers = Backends.start("replays");
        registry = Registry.on(servers, Backends.emptyDirectory("replays/liberty"), Map.of(
                "REGISTRY_INTAKE_BATCH_SIZE", "10",
                "REGISTRY_RETRY_LAST_DELAY", "PT2S",
                "REGISTRY_CLUSTER_LEASE_TTL", "PT10S"));
        registry.liberty().start();
        for (int number = 0; number < LIVE + DEPARTED; number++) {
            PlainNode node = new PlainNode(PREFIX + "-" + number);
            registry.broker().scatter(Registry.INTROSPECTION, node.introduction());
            ObjectNode changed = node.payload();
            changed.withObject("/capabilities").put("second", number);
            registry.broker().scatter(Registry.INTROSPECTION, node.introduction(changed));
            if (number >= LIVE) {
                registry.broker().scatter(Registry.INTROSPECTION, node.departure());
            }
        }
        registry.publish(Registry.INTROSPECTION, "poison", "poison".getBytes(UTF_8));
        registry.publish(Registry.HEARTBEAT, LAST.id(), LAST.introduction());
        eventually().untilAsserted(() -> {
            assertThat(new ConsumerGroup(servers).lag()).isZero();
            assertThat(services()).hasSize(LIVE + 1);
            assertThat(rows()).hasSize(LIVE + DEPARTED + 1);
            assertThat(registry.deadLetters(Registry.INTROSPECTION)).isNotEmpty();
            assertThat(registry.stores().pendingForConsul()).as("still to come to Consul").isZero();
        });
        rowsBefore = rows();
        servicesBefore = services();
        assertThat(servicesBefore).hasSize(LIVE + 1);
        lettersBefore = registry.deadLetters(Registry.INTROSPECTION).size();
    }

    @AfterAll
    static void stop() {
        registry.liberty().kill();
        servers.kill();
    }

    @BeforeEach
    void waitForTheOneBefore() {
        eventually().untilAsserted(() -> {
            Answer answer = registry.get(PATH);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            assertThat(answer.json().path("replays").findValuesAsText("status")).doesNotContain("running");
        });
    }

    @AfterEach
    void letGo() throws SQLException {
        if (held != null) {
            held.close();
        }
    }

    @Test
    @Order(1)
    void findsNothingToChangeWhereNothingIsLost() {
        JsonNode replay = done(start("{'from': 'earliest', 'dry_run': true}"));

        assertThat(replay.path("differences")).isEmpty();
        assertThat(replay.at("/counts/unchanged").intValue()).isEqualTo(LIVE + DEPARTED + 1);
        assertThat(replay.at("/counts/unreadable").intValue()).isEqualTo(1);
        assertThat(replay.path("records_total").intValue()).isEqualTo(2 * LIVE + 3 * DEPARTED + 2);
        assertThat(replay.path("records_read")).isEqualTo(replay.path("records_total"));
        assertThat(replay.path("percent").doubleValue()).isEqualTo(100);
        assertThat(rows()).isEqualTo(rowsBefore);
    }

    @Test
    @Order(2)
    void bringsNothingOldBackOverWhatIsNewer() {
        assertThat(registry.cordon(CORDONED, "disk is failing").status()).as("202 where Consul is slow").isIn(200, 202);

        JsonNode replay = done(start("{'from': 'earliest'}"));

        assertThat(replay.path("counts").has("registered")).isFalse();
        assertThat(replay.path("counts").has("updated")).isFalse();
        assertThat(rows()).isEqualTo(rowsBefore);
        assertThat(registry.deadLetters(Registry.INTROSPECTION)).as("poison is not dead-lettered twice")
                .hasSize(lettersBefore);
        // Consul comes after PostgreSQL, and the view of those who can be called follows
        eventually().untilAsserted(() -> {
            JsonNode cordoned = registry.get("/api/v1/registrations/" + CORDONED).json();
            assertThat(cordoned.at("/cordon/reason").textValue()).as("an operator's word").isEqualTo("disk is failing");
            assertThat(cordoned.at("/store_comparison/agree").booleanValue()).isTrue();
            assertThat(registry.consulService(CORDONED))
                    .hasValueSatisfying(service -> assertThat(service.status()).isEqualTo("critical"));
            assertThat(registry.get("/api/v1/route?preview=true").json().at("/left_out/cordoned").intValue())
                    .isEqualTo(1);
        });
    }

    @Test
    @Order(3)
    void saysWhatALostDatabaseWouldGetBack() {
        sql("TRUNCATE tool_registrations");
        long asked = requests("recovery");

        JsonNode replay = done(start("{'from': 'earliest', 'dry_run': true}"));

        assertThat(replay.at("/counts/would_register").intValue()).isEqualTo(LIVE + 1);
        assertThat(replay.path("differences")).hasSize(LIVE + 1)
                .allSatisfy(difference -> assertThat(difference.path("kind").textValue()).isEqualTo("would_register"));
        assertThat(rows()).as("rows after a dry run").isEmpty();
        assertThat(registry.stores().consul("/v1/health/state/critical?filter=%22cordoned%3A%20%22%20in%20Output"))
                .as("as docs/operations.md lists them before a rebuild").singleElement()
                .satisfies(check -> assertThat(check.path("ServiceID").textValue()).isEqualTo(CORDONED));
        assertThat(requests("recovery")).as("requests after a dry run").isEqualTo(asked).isPositive();
    }

    @Test
    @Order(4)
    void givesNodesTheCordonsBackThatConsulStillShows() {
        sql("TRUNCATE tool_registrations");
        holdUp(LAST);

        String id = start("{'from': 'earliest'}").json().path("id").textValue();
        whileItCannotBeCalled(() -> assertThat(seen(PREFIX)).isEqualTo(LIVE + DEPARTED));
        JsonNode underWay = registry.get(NODES + CORDONED).json();
        whileItCannotBeCalled(() -> assertThat(registry.get(ROUTE).json().at("/left_out/cordoned").intValue())
                .isEqualTo(1));
        letEnd(LAST);
        whileItCannotBeCalled(() -> assertThat(status(id)).isEqualTo("done"));
        whileItCannotBeCalled(() -> assertThat(registry.get(NODES + CORDONED).json().at("/stores/consul").textValue())
                .isEqualTo("registered"));

        assertThat(underWay.at("/cordon/reason").textValue()).as("while the replay runs").isEqualTo("disk is failing");
        assertThat(underWay.at("/cordon/by").textValue()).isEqualTo("replay:" + Registry.INTROSPECTION);
        assertThat(done(id).at("/counts/cordoned").intValue()).isEqualTo(1);
        JsonNode rebuilt = registry.get(NODES + CORDONED).json();
        assertThat(changes(rebuilt, "cordoned")).containsExactly(
                "replay:" + Registry.INTROSPECTION + " disk is failing", "user:operator disk is failing");
        assertThat(rebuilt.at("/store_comparison/agree").booleanValue()).isTrue();
        assertThat(registry.consulService(CORDONED).orElseThrow().check().path("Output").textValue())
                .endsWith("cordoned: disk is failing");
        assertThat(rows()).isEqualTo(rowsBefore);
    }

    @Test
    @Order(5)
    void givesNoCordonBackThatAnOperatorHasEnded() {
        assertThat(registry.delete(NODES + CORDONED + "/cordon").json().path("outcome").textValue())
                .isEqualTo("uncordoned");
        eventually().until(() -> registry.consulService(CORDONED).orElseThrow().status().equals("passing"));

        JsonNode overTheRows = done(start("{'from': 'earliest'}"));
        sql("TRUNCATE tool_registrations");
        JsonNode overNothing = done(start("{'from': 'earliest'}"));

        assertThat(overTheRows.path("counts").has("cordoned")).isFalse();
        assertThat(overNothing.path("counts").has("cordoned")).isFalse();
        eventually().untilAsserted(() -> {
            JsonNode node = registry.get(NODES + CORDONED).json();
            assertThat(node.at("/stores/consul").textValue()).isEqualTo("registered");
            assertThat(node.has("cordon")).isFalse();
            assertThat(registry.consulService(CORDONED).orElseThrow().status()).isEqualTo("passing");
        });
    }

    @Test
    @Order(6)
    void buildsALostDatabaseAgainAndTellsConsulOnlyAtTheEnd() {
        sql("INSERT INTO remote_regions (region) VALUES ('us');"
                + " INSERT INTO remote_registrations (region, node_id, history_id, revision, generation, seq,"
                + " registration)"
                + " VALUES ('us', '" + LAST.id() + "', gen_random_uuid(), 1, 1, 1, '{}')");
        assertThat(registry.cordon(CORDONED, "disk is failing").status()).isIn(200, 202);
        List<JsonNode> remoteBefore = remoteRows();
        sql("TRUNCATE tool_registrations");
        loseConsulsEntries();
        holdUp(LAST);
        long asked = requests("recovery");

        JsonNode started = start("{'from': 'earliest'}").json();
        eventually().until(() -> seen(PREFIX) == LIVE + DEPARTED);
        JsonNode underWay = registry.get(PATH + "/" + started.path("id").textValue()).json();

        assertThat(underWay.path("status").textValue()).isEqualTo("running");
        assertThat(underWay.path("percent").doubleValue()).isBetween(1.0, 99.9);
        assertThat(registry.post("admin", PATH, Json.object("{'from': 'earliest'}")).status()).isEqualTo(409);
        // longer than a row is left alone by the look for pending writes
        eventually().during(Duration.ofSeconds(8)).untilAsserted(() -> assertThat(services()).isEmpty());
        assertThat(requests("recovery")).isEqualTo(asked);

        letEnd(LAST);
        JsonNode replay = done(started.path("id").textValue());

        assertThat(replay.at("/counts/registered").intValue()).isGreaterThan(LIVE);
        assertThat(rows()).isEqualTo(rowsBefore);
        assertThat(registry.get("/api/v1/registrations/" + CORDONED).json().has("cordon"))
                .as("cordons are on no topic, and Consul shows none").isFalse();
        assertThat(registry.get("/api/v1/registrations/" + LAST.id()).json().at("/recent_changes/0/actor").asText())
                .isEqualTo("replay:" + Registry.HEARTBEAT);
        // again where the broker has not confirmed the first in time
        assertThat(requests("recovery")).isGreaterThan(asked);
        assertThat(remoteRows()).as("nodes of other regions, untouched").hasSize(1).isEqualTo(remoteBefore);
        eventually().untilAsserted(() -> assertThat(services()).isEqualTo(servicesBefore));
    }

    @Test
    @Order(7)
    void isCancelledBetweenTwoBatchesAndKeepsWhatItHasDone() {
        sql("TRUNCATE tool_registrations");
        loseConsulsEntries();
        holdUp(LAST);
        String id = start("{'from': 'earliest'}").json().path("id").textValue();
        eventually().until(() -> seen(PREFIX) == LIVE + DEPARTED);

        Answer cancelled = registry.delete("admin", PATH + "/" + id);
        letEnd(LAST);

        assertThat(cancelled.status()).isEqualTo(202);
        assertThat(cancelled.json().path("cancel_requested").booleanValue()).isTrue();
        eventually().until(() -> status(id).equals("cancelled"));
        assertThat(registry.delete("admin", PATH + "/" + id).status()).isEqualTo(409);
        eventually()
                .untilAsserted(() -> assertThat(services().keySet()).containsAll(withoutLast(servicesBefore.keySet())));
    }

    @Test
    @Order(8)
    void beginsAtATime() {
        String time = Instant.now().toString();
        PlainNode after = new PlainNode(PREFIX + "-after-time");
        announce(after);
        sql("TRUNCATE tool_registrations");

        JsonNode replay = done(start("{'from': '" + time + "'}"));

        assertThat(replay.path("records_total").intValue()).isEqualTo(1);
        assertThat(replay.at("/counts/registered").intValue()).isEqualTo(1);
        assertThat(rows().keySet()).containsExactly(after.id());
    }

    @Test
    @Order(9)
    void beginsAtAnOffset() {
        PlainNode after = new PlainNode(PREFIX + "-after-offset");
        RecordMetadata where = announce(after);
        sql("TRUNCATE tool_registrations");

        JsonNode replay = done(start("{'from': {'%s-%d': %d}, 'topics': ['%s']}"
                .formatted(where.topic(), where.partition(), where.offset(), Registry.INTROSPECTION)));

        assertThat(replay.path("records_total").intValue()).isEqualTo(1);
        assertThat(rows().keySet()).containsExactly(after.id());
    }

    @ParameterizedTest
    @Order(10)
    @ValueSource(strings = {
        "{}", "{'from': 'yesterday'}", "{'from': {}}", "{'from': {'node-introspection.v1-0': -1}}",
        "{'from': {'node-introspection.v1-0': 99999999}}", "{'from': {'node-introspection.v1-77': 0}}",
        "{'from': 'earliest', 'topics': ['other']}", "{'from': 'earliest', 'dryrun': true}"
    })
    void refusesWhatIsNotValid(String body) {
        // 503 where the broker does not say in time what is there
        Answer answer = eventually().until(
                () -> registry.post("admin", PATH, Json.object(body)), posted -> posted.status() != 503);

        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.json().path("errors")).isNotEmpty();
    }

    @Test
    @Order(11)
    void isStartedAndCancelledOnlyByWhoSignsInAndSeenByAll() {
        String id = registry.get(PATH).json().at("/replays/0/id").textValue();

        HttpRequest.Builder byNobody = registry.request(PATH)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"from\": \"earliest\"}"));
        assertThat(registry.send(byNobody).status()).isEqualTo(401);
        assertThat(registry.send(registry.request(PATH + "/" + id).DELETE()).status()).isEqualTo(401);
        assertThat(registry.get(PATH + "/" + id).status()).isEqualTo(200);
        assertThat(registry.get(PATH + "/00000000-0000-0000-0000-000000000000").status()).isEqualTo(404);
        assertThat(registry.get(PATH + "/nothing").status()).isEqualTo(404);
        assertThat(registry.delete("admin", PATH + "/nothing").status()).isEqualTo(404);
    }

    @Test
    @Order(12)
    void goesOnAfterAnOutageOfPostgres() {
        sql("TRUNCATE tool_registrations");
        holdUp(LAST);
        String id = start("{'from': 'earliest'}").json().path("id").textValue();
        eventually().until(() -> registry.stores().rowsOf(PREFIX).keySet()
                .containsAll(withoutLast(rowsBefore.keySet())));

        servers.postgres().orElseThrow().stop();
        try {
            assertThat(registry.get(PATH + "/" + id).status()).isEqualTo(503);
        } finally {
            servers.postgres().orElseThrow().start();
        }

        done(id);
        assertThat(rows()).containsAllEntriesOf(rowsBefore);
    }

    @Test
    @Order(13)
    void isInterruptedByTheDeathOfItsReplicaAndConsulIsWrittenAllTheSame() {
        sql("TRUNCATE tool_registrations");
        loseConsulsEntries();
        holdUp(LAST);
        String id = start("{'from': 'earliest'}").json().path("id").textValue();
        eventually().until(() -> registry.stores().rowsOf(PREFIX).keySet()
                .containsAll(withoutLast(rowsBefore.keySet())));

        registry.liberty().kill();
        letEnd(LAST);
        registry.liberty().start();

        eventually().until(() -> status(id).equals("interrupted"));
        eventually()
                .untilAsserted(() -> assertThat(services().keySet()).containsAll(withoutLast(servicesBefore.keySet())));
        JsonNode next = done(start("{'from': 'earliest'}"));
        assertThat(next.path("status").textValue()).isEqualTo("done");
        assertThat(rows()).containsAllEntriesOf(rowsBefore);
    }

    /** What would be done with records is not known before Consul has said which nodes are cordoned. */
    @Test
    @Order(14)
    void waitsForConsulAndCanBeCancelledWhileItWaits() {
        servers.consul().orElseThrow().stop();
        String second;
        try {
            String first = start("{'from': 'earliest'}").json().path("id").textValue();
            eventually().during(Duration.ofSeconds(3)).untilAsserted(() -> {
                JsonNode replay = registry.get(PATH + "/" + first).json();
                assertThat(replay.path("status").textValue()).isEqualTo("running");
                assertThat(replay.path("records_read").intValue()).isZero();
            });
            assertThat(registry.delete("admin", PATH + "/" + first).status()).isEqualTo(202);
            eventually().untilAsserted(() -> assertThat(status(first)).isEqualTo("cancelled"));
            second = start("{'from': 'earliest'}").json().path("id").textValue();
        } finally {
            servers.consul().orElseThrow().start();
        }

        assertThat(done(second).path("records_read").intValue()).isPositive();
    }

    /** The assertion becomes true, and until then neither Consul nor a route gives the cordoned node to callers. */
    private static void whileItCannotBeCalled(ThrowingRunnable assertion) {
        eventually().failFast("the cordoned node could be called", ReplaysIT::canBeCalled).untilAsserted(assertion);
    }

    private static boolean canBeCalled() {
        try {
            return registry.consulService(CORDONED).filter(found -> !found.status().equals("critical")).isPresent()
                    || registry.get(ROUTE).json().path("candidates").findValuesAsText("node_id").contains(CORDONED);
        } catch (IllegalStateException e) {
            return false; // no answer gives no node to callers
        }
    }

    /** Those of the node's changes, newest first, with who made each and why. */
    private static List<String> changes(JsonNode node, String change) {
        return StreamSupport.stream(node.path("recent_changes").spliterator(), false)
                .filter(made -> made.path("change").asText().equals(change))
                .map(made -> made.path("actor").asText() + " " + made.path("reason").asText())
                .toList();
    }

    private static RecordMetadata announce(PlainNode node) {
        RecordMetadata where = registry.publish(Registry.INTROSPECTION, node.id(), node.introduction());
        eventually().untilAsserted(() -> {
            assertThat(registry.row(node.id())).isPresent();
            assertThat(new ConsumerGroup(servers).lag()).isZero();
        });
        return where;
    }

    /** The one before gives up its right to run a moment after it is done; a broker may be slow to say what it has. */
    private static Answer start(String body) {
        Answer answer = eventually().until(
                () -> registry.post("admin", PATH, Json.object(body)),
                posted -> posted.status() != 503); // at once, where the one before has just ended
        assertThat(answer.status()).as(answer.body()).isEqualTo(202);
        assertThat(URI.create(answer.header("Location")).getPath())
                .isEqualTo(PATH + "/" + answer.json().path("id").textValue());
        return answer;
    }

    private static JsonNode done(Answer started) {
        return done(started.json().path("id").textValue());
    }

    private static JsonNode done(String id) {
        JsonNode replay = eventually().until(
                () -> registry.get(PATH + "/" + id).json(), shown -> shown.path("status").asText().equals("done"));
        assertThat(replay.has("error")).as(replay.toString()).isFalse();
        assertThat(replay.has("finished_at")).isTrue();
        return replay;
    }

    private static String status(String id) {
        return registry.get(PATH + "/" + id).json().path("status").asText();
    }

    /** Another insert of the node's row waits until this is taken back. */
    private void holdUp(PlainNode node) {
        try {
            held = servers.postgres().orElseThrow().connect();
            held.setAutoCommit(false);
            try (Statement statement = held.createStatement()) {
                statement.execute("INSERT INTO tool_registrations (tool_id, node_type)"
                        + " VALUES ('" + node.id() + "', 'effect')");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void letEnd(PlainNode node) {
        try {
            held.rollback();
            held.close();
            held = null;
        } catch (SQLException e) {
            throw new IllegalStateException(node.id(), e);
        }
    }

    private static void sql(String statement) {
        try (Connection connection = servers.postgres().orElseThrow().connect();
                Statement executed = connection.createStatement()) {
            executed.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<JsonNode> remoteRows() {
        return registry.stores().query("SELECT node_id, xmin::text AS written_by FROM remote_registrations");
    }

    private static void loseConsulsEntries() {
        registry.stores().forgetInConsul("nodebridge");
        eventually().untilAsserted(() -> assertThat(services()).isEmpty());
    }

    private static int seen(String prefix) {
        return registry.stores().rowsOf(prefix).size();
    }

    /** What a rebuilt row must have of the one that was lost; a tombstone may have been made without any content. */
    private static Map<String, Map<String, JsonNode>> rows() {
        Map<String, Map<String, JsonNode>> rows = new TreeMap<>();
        registry.stores().rowsOf(PREFIX).forEach(
                (id, row) -> rows.put(id, (row.path("status").textValue().equals("departed") ? TOMBSTONE : CONTENT)
                        .stream().collect(Collectors.toMap(name -> name, row::path))));
        return rows;
    }

    private static Map<String, Map<String, Object>> services() {
        Map<String, Map<String, Object>> services = new TreeMap<>();
        registry.stores().consulServices().forEach((id, service) -> services.put(id, NodeFacts.shownBy(service)));
        return services;
    }

    private static List<String> withoutLast(Iterable<String> ids) {
        return StreamSupport.stream(ids.spliterator(), false)
                .filter(id -> !id.equals(LAST.id()))
                .toList();
    }

    private static long requests(String reason) {
        return registry.broker().records(Registry.REQUESTS).stream()
                .map(record -> Json.parse(new String(record.value(), UTF_8)))
                .filter(request -> reason.equals(request.at("/payload/reason").textValue()))
                .count();
    }
}
