// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.contract.Contract;
import org.nodebridge.registry.servers.ConsulServer;
import org.nodebridge.registry.servers.PostgresServer;
import org.nodebridge.registry.servers.Server;
import org.nodebridge.registry.servers.ServerGroup;

/** What happens to events, manual registrations, reads and health while servers are really down, and afterwards. */
class DegradationIT {

    /** Far less than a caller would wait for servers that do not answer, and more than a busy machine takes. */
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration STALLED_AFTER = Duration.ofSeconds(15);
    /** The 30 seconds of a connection that is open, and the 3 of a new one, on a busy machine. */
    private static final Duration LONGEST_READ = Duration.ofSeconds(50);
    private static final int MOST_WAITING = 4;
    /** More than one full batch, which the verdict takes for more than usual. */
    private static final int MUCH_LAG = 501;
    /** Who owns the database and may lose a privilege, which a superuser cannot. */
    private static final String ROLE = "registry_owner";
    /** What is not answered while Consul is unavailable. */
    private static final String[] NOT_WITHOUT_CONSUL = {};
    /** What is answered while PostgreSQL is unavailable. */
    private static final String[] WITHOUT_POSTGRES = {
        "getHealth", "getMe", "getRoute", "getRouteShares", "getServices", "getSdPrometheus", "getStatistics",
        "getVerdict", "getXds", "postRegistrations", "deleteRegistrations", "deleteRegistrationsNodeId",
        "postRegistrationsBatch"
    };

    private static ServerGroup servers;
    private static Server kafka;
    private static Server postgres;
    private static Server consul;
    private static Registry registry;
    private static ConsumerGroup group;
    private static ApiDocument document;
    private static Held held;

    @BeforeAll
    static void startRegistry() throws SQLException {
        servers = Backends.start("degradation");
        withoutSuperuser();
        kafka = servers.kafka().orElseThrow();
        postgres = servers.postgres().orElseThrow();
        consul = servers.consul().orElseThrow();
        // outages here last for seconds, so the longest pause between two tries need not be longer
        registry = Registry.on(servers, Backends.emptyDirectory("degradation/liberty"), Map.of(
                "REGISTRY_RETRY_LAST_DELAY", "PT2S", "REGISTRY_ROUTE_STALE_FOR", "PT1M",
                "REGISTRY_MANUAL_MOST_WAITING", Integer.toString(MOST_WAITING),
                "REGISTRY_HEALTH_STALLED_AFTER", STALLED_AFTER.toString(),
                "CONSUL_HTTP_TOKEN", Logs.CONSUL_TOKEN, "POSTGRES_USER", ROLE));
        registry.liberty().start();
        group = new ConsumerGroup(servers);
        document = ApiDocument.of(registry);
        awaitHealth();
        held = Held.before(registry);
    }

    private static void withoutSuperuser() throws SQLException {
        PostgresServer server = servers.postgres().orElseThrow();
        sql("CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + server.password().replace("'", "''") + "'");
        sql("ALTER DATABASE " + server.database() + " OWNER TO " + ROLE);
    }

    @AfterAll
    static void stopRegistry() {
        registry.liberty().stop();
        assertThat(Logs.withSecrets(registry.liberty(), servers)).as("logs with secrets in them").isEmpty();
        servers.kill();
    }

    @AfterEach
    void heal() {
        List.of(kafka, postgres, consul).forEach(Server::start);
        awaitHealth();
        held.isLetGoBy(registry);
        assertThat(registry.deadLetters(Registry.INTROSPECTION)).as("dead letters of an outage").isEmpty();
    }

    @Test
    void registersInBothStoresWhenBothAreUp() {
        PlainNode byEvent = PlainNode.unique("both-up-event");
        PlainNode byHand = PlainNode.unique("both-up-hand");

        announce(byEvent);
        Answer created = register(byHand);
        Answer again = register(byHand);

        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(again.status()).isEqualTo(200);
        assertThat(List.of(created.json(), again.json())).allSatisfy(result -> isResult(result, "success", true, true));
        assertThat(created.json().path("outcome").textValue()).isEqualTo("created");
        eventually().untilAsserted(() -> isInBothStores(byEvent));
        eventually().untilAsserted(() -> isInBothStores(byHand));
        eventually().until(() -> group.lag() == 0);
    }

    @Test
    void keepsWhatConsulCannotTakeInPostgresAndFinishesItLater() {
        PlainNode byEvent = PlainNode.unique("consul-down-event");
        PlainNode byHand = PlainNode.unique("consul-down-hand");
        PlainNode departing = registered("consul-down-departing");
        PlainNode deleted = registered("consul-down-deleted");
        GoodRequests good = new GoodRequests(registry);
        // what callers by xDS receive is complete once the addresses are known, later than the nodes
        eventually().until(() -> registry.get("/api/v1/xds").status() == 200);
        consul.stop();

        announce(byEvent);
        registry.publish(Registry.INTROSPECTION, departing.id(), departing.departure());
        Answer registered = register(byHand);
        Answer deregistered = registry.delete(path(deleted));

        assertThat(List.of(registered, deregistered)).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.json().path("message").textValue()).contains("Consul");
        });
        isResult(registered.json(), "partial", false, true);
        isResult(deregistered.json(), "partial", true, false);
        document.covers("POST", "/api/v1/registrations", registered);
        document.covers("DELETE", path(deleted), deregistered);
        assertThat(answered(good).entrySet())
                .filteredOn(answer -> answer.getValue() >= 500)
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder(NOT_WITHOUT_CONSUL);
        assertThat(registered.json().path("outcome").textValue()).isEqualTo("created");
        eventually().untilAsserted(() -> {
            assertThat(group.lag()).as("records not committed").isZero();
            isPending(byEvent, "active");
            isPending(byHand, "active");
            isPending(departing, "departed");
            isPending(deleted, "departed");
        });
        assertThat(registry.get(path(byEvent)).json().at("/stores/consul").textValue()).isEqualTo("pending");
        showsTheNodeThoughConsulCannotBeAsked(byEvent);
        isReadyWithout("consul");
        componentsAreUpBut("consul");
        Explained explained = Explained.of(registry, byEvent.id());
        assertThat(explained.causes()).startsWith("pending").contains("consul_unknown");
        assertThat(explained.first().path("reason").textValue()).contains("Consul");

        consul.start();

        awaitInBothStores("Consul was down", byEvent, byHand);
        eventually().untilAsserted(() -> {
            assertThat(registry.consulService(departing.id())).isEmpty();
            assertThat(registry.consulService(deleted.id())).isEmpty();
        });
    }

    /** Consul has access control, and does not know the token: an operator has to act, and no node is to blame. */
    @Test
    void saysThatConsulRefusesTheTokenAndKeepsWhatItCannotTakeInPostgres() {
        PlainNode byHand = PlainNode.unique("consul-token");
        ConsulServer guarded = servers.consul().orElseThrow().withToken("5b4a7c1e-3f0d-4a52-9d0e-7f3f0a1c2b3d");
        consul.stop();
        guarded.start();
        try {
            // by a breaker that is open, at first
            eventually().until(() -> register(PlainNode.unique("consul-token-again")).body().contains("ACL"));
            Answer answer = register(byHand);

            assertThat(answer.status()).as(answer.body()).isEqualTo(202);
            isResult(answer.json(), "partial", false, true);
            assertThat(answer.body()).doesNotContain(Logs.CONSUL_TOKEN);
            isPending(byHand, "active");
            eventually().untilAsserted(() -> {
                JsonNode check = checks().get("consul");
                assertThat(check.at("/data/state").asText()).isEqualTo("degraded");
                assertThat(check.at("/data/message").asText()).contains("a defect: ", "ACL");
            });
            eventually().untilAsserted(() -> assertThat(registry.get("/metrics").body())
                    .containsPattern("registry_component_defects_total\\{[^}]*component=\"consul\"[^}]*} [1-9]"));
            eventually().untilAsserted(() -> assertThat(defectLines())
                    .anySatisfy(line -> assertThat(line).contains("component=consul", "ACL")));
        } finally {
            guarded.stop();
        }

        consul.start();

        awaitInBothStores("Consul refused the token", byHand);
    }

    /** The log's lines about defects, each of them an error. */
    private static List<String> defectLines() {
        List<String> lines = registry.liberty().log().lines()
                .filter(line -> line.contains("the registry's call is defective"))
                .toList();
        assertThat(lines).allSatisfy(line -> assertThat(line).contains("ERROR"));
        return lines;
    }

    /** Also when it is asked so often that Consul is not asked any more, and always soon. */
    private static void showsTheNodeThoughConsulCannotBeAsked(PlainNode node) {
        for (int time = 0; time < 12; time++) {
            long askedAt = System.nanoTime();
            Answer answer = registry.get(path(node));
            assertThat(Duration.ofNanos(System.nanoTime() - askedAt)).as("time to say so").isLessThan(SOON);
            assertThat(answer.status()).isEqualTo(200);
            JsonNode comparison = answer.json().path("store_comparison");
            assertThat(comparison.has("agree")).isTrue();
            assertThat(comparison.path("agree").isNull()).isTrue();
            assertThat(comparison.path("consul").isNull()).isTrue();
            assertThat(comparison.path("consul_error").textValue()).contains("Consul");
            assertThat(comparison.at("/postgres/service").textValue()).isEqualTo("onex-effect");
        }
    }

    @Test
    void holdsEventsWhilePostgresIsDownAndKeepsDiscoveryGoing() {
        PlainNode byEvent = PlainNode.unique("postgres-down-event");
        PlainNode byHand = PlainNode.unique("postgres-down-hand");
        PlainNode deleted = registered("postgres-down-deleted");
        PlainNode cordoned = registered("postgres-down-cordoned");
        assertThat(registry.send(Registry.asOperator(registry.request(path(cordoned) + "/cordon"))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString("{\"reason\": \"under repair\"}"))).status()).isIn(200, 202);
        eventually().untilAsserted(() -> assertThat(registry.consulService(cordoned.id())).hasValueSatisfying(
                service -> assertThat(service.status()).isEqualTo("critical")));
        eventually().until(() -> group.lag() == 0);
        postgres.stop();
        Map<TopicPartition, Long> committed = group.committed();

        // first, because no later batch is taken in while this one waits
        announce(byEvent);
        eventually().untilAsserted(() -> assertThat(registry.consulService(byEvent.id())).isPresent());
        Answer registered = register(byHand);
        Answer deregistered = registry.delete(path(deleted));

        assertThat(List.of(registered, deregistered)).allSatisfy(answer -> {
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.json().path("message").textValue()).contains("PostgreSQL");
            assertThat(answer.json().has("outcome")).as("what PostgreSQL alone can say").isFalse();
        });
        isResult(registered.json(), "partial", true, false);
        isResult(deregistered.json(), "partial", false, true);
        isResult(register(cordoned).json(), "partial", true, false);
        assertThat(registry.consulService(cordoned.id()).orElseThrow().status()).isEqualTo("critical");
        document.covers("POST", "/api/v1/registrations", registered);
        document.covers("DELETE", path(deleted), deregistered);
        assertThat(registry.consulService(byHand.id())).isPresent();
        assertThat(registry.consulService(deleted.id())).isEmpty();
        for (Answer answer : List.of(registered, deregistered)) {
            assertThat(registry.broker().records(Registry.INTROSPECTION))
                    .filteredOn(record -> Broker.headers(record, "correlation-id")
                            .contains(answer.header("X-Correlation-ID")))
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(new String(record.value(), UTF_8)).contains(answer.header("X-Correlation-ID"));
                        Contract.holds(
                                answer.equals(registered) ? "announcement" : "deregistration", record.value(),
                                record.headers());
                    });
        }
        isReadyWithout("postgres");
        awaitTriesWithoutPostgres();
        assertThat(group.committed()).isEqualTo(committed);
        assertThat(registry.deadLetters(Registry.INTROSPECTION)).isEmpty();
        componentsAreUpBut("postgres");
        byte[] again = byEvent.introduction();
        Stream.generate(() -> registry.broker().send(new ProducerRecord<>(Registry.INTROSPECTION, again)))
                .limit(MUCH_LAG).toList().forEach(Broker::confirmed);
        Verdict.await(registry, "bad", "unhealthy", "intake_waits", "lag");
        metricsShowLag();

        postgres.start();

        awaitInBothStores("PostgreSQL was down", byEvent, byHand);
        eventually().untilAsserted(() -> {
            assertThat(registry.row(deleted.id()).orElseThrow().path("status").textValue()).isEqualTo("departed");
            assertThat(group.lag()).isZero();
        });
        assertThat(registry.consulService(deleted.id())).isEmpty();
        assertThat(registry.consulService(cordoned.id()).orElseThrow().status()).isEqualTo("critical");
        componentsAreUpBut();
    }

    private static void metricsShowLag() {
        String label = "topic=\"" + Registry.INTROSPECTION + "\"}";
        eventually().untilAsserted(() -> {
            Map<String, Double> samples = Metrics.of(registry).samples();
            assertThat(samples.get("registry_consumer_lag{" + label)).isPositive();
            assertThat(samples.entrySet().stream()
                    .filter(sample -> sample.getKey().startsWith("registry_consumer_partition_lag{")
                            && sample.getKey().endsWith(label))
                    .mapToDouble(Map.Entry::getValue)
                    .sum()).as("of all partitions").isPositive();
        });
    }

    /** A consumer that waits for PostgreSQL is no reason to restart the process, however long it waits. */
    private static void staysAlive() {
        assertThat(group.lag()).as("records that wait").isPositive();
        metricsShowLag();
        eventually().during(STALLED_AFTER.plusSeconds(10))
                .untilAsserted(() -> assertThat(registry.get("/health/live").status()).isEqualTo(200));
    }

    /** Not at the first look: where the whole machine stands still, so does the consumer. */
    private static void isAlive() {
        eventually().untilAsserted(() -> assertThat(registry.get("/health/live").status()).isEqualTo(200));
    }

    private static void componentsAreUpBut(String... down) {
        eventually().untilAsserted(() -> {
            Metrics metrics = Metrics.of(registry);
            assertThat(List.of("kafka", "consul", "postgres")).allSatisfy(component -> assertThat(metrics.samples())
                    .containsEntry("registry_component_up{component=\"" + component + "\"}",
                            List.of(down).contains(component) ? 0.0 : 1.0));
        });
    }

    @Test
    void retriesWhatAMissingColumnStopsAndBlamesNoRecord() throws SQLException {
        PlainNode byEvent = PlainNode.unique("defect-event");
        PlainNode byHand = PlainNode.unique("defect-hand");
        eventually().until(() -> group.lag() == 0);
        Map<TopicPartition, Long> committed = group.committed();
        execute("ALTER TABLE tool_registrations RENAME COLUMN health_endpoint TO lost");
        try {
            announce(byEvent);
            eventually().untilAsserted(() -> assertThat(checks().get("postgres").at("/data/message").asText())
                    .contains("defect", "health_endpoint"));
            Answer answer = register(byHand);

            assertThat(answer.status()).as(answer.body()).isEqualTo(500);
            assertThat(answer.body()).doesNotContain("health_endpoint");
            Answer lines = registry.send(Registry.asOperator(registry.request("/api/v1/registrations/batch"))
                    .header("Content-Type", "application/x-ndjson")
                    .POST(BodyPublishers.ofString(PlainNode.unique("defect-line").payload().toString())));
            assertThat(lines.status()).as(lines.body()).isEqualTo(200);
            assertThat(lines.json().path("status").asText()).as(lines.body()).isEqualTo("error");
            eventually().untilAsserted(() -> assertThat(registry.get("/metrics").body())
                    .containsPattern("registry_component_defects_total\\{[^}]*component=\"postgres\"[^}]*} [1-9]"));
            eventually().untilAsserted(() -> assertThat(
                    registry.get("/api/v1/preservation").json().path("blocked").toString())
                    .as("why no lease ends").contains("a defect"));
            staysAlive();
            assertThat(group.committed()).isEqualTo(committed);
            assertThat(registry.deadLetters(Registry.INTROSPECTION)).isEmpty();
            assertThat(registry.consulService(byEvent.id())).as("written ahead").isEmpty();
            assertThat(registry.consulService(byHand.id())).as("written ahead").isEmpty();
        } finally {
            execute("ALTER TABLE tool_registrations RENAME COLUMN lost TO health_endpoint");
        }

        awaitInBothStores("A column was missing", byEvent);
        eventually().untilAsserted(() -> assertThat(checks().get("postgres").at("/data/state").asText())
                .isEqualTo("healthy"));
        eventually().untilAsserted(() -> assertThat(defectLines()).anySatisfy(
                line -> assertThat(line).contains("component=postgres", "health_endpoint")));
    }

    @Test
    void saysWhichPrivilegeIsMissingAndGoesOnOnceItIsGranted() throws SQLException {
        PlainNode byEvent = PlainNode.unique("privilege-event");
        eventually().until(() -> group.lag() == 0);
        Map<TopicPartition, Long> committed = group.committed();
        execute("REVOKE INSERT, UPDATE ON tool_registrations FROM " + ROLE);
        try {
            announce(byEvent);
            eventually().untilAsserted(() -> assertThat(checks().get("postgres").at("/data/message").asText())
                    .contains("a defect: ", "permission denied", "tool_registrations"));
            isAlive();
            assertThat(group.committed()).isEqualTo(committed);
            assertThat(registry.deadLetters(Registry.INTROSPECTION)).isEmpty();
            assertThat(registry.consulService(byEvent.id())).as("written ahead").isEmpty();
        } finally {
            execute("GRANT INSERT, UPDATE ON tool_registrations TO " + ROLE);
        }

        awaitInBothStores("A privilege was missing", byEvent);
        eventually().untilAsserted(() -> assertThat(defectLines()).anySatisfy(
                line -> assertThat(line).contains("component=postgres", "permission denied")));
    }

    @Test
    void isDegradedWhilePostgresIsReadOnlyAndRecoversWithoutARestart() throws SQLException {
        PlainNode byEvent = PlainNode.unique("read-only-event");
        PlainNode before = registered("read-only-before");
        eventually().until(() -> group.lag() == 0);
        Map<TopicPartition, Long> committed = group.committed();
        execute("ALTER SYSTEM SET default_transaction_read_only = on");
        execute("SELECT pg_reload_conf()");
        try {
            eventually().untilAsserted(() -> {
                assertThat(checks().get("postgres").at("/data/state").asText()).isEqualTo("degraded");
                assertThat(checks().get("postgres").at("/data/message").asText()).containsAnyOf("read-only", "primary");
            });
            announce(byEvent);
            eventually().untilAsserted(() -> assertThat(registry.consulService(byEvent.id())).isPresent());

            staysAlive();
            assertThat(group.committed()).isEqualTo(committed);
        } finally {
            execute("ALTER SYSTEM RESET default_transaction_read_only");
            execute("SELECT pg_reload_conf()");
        }

        awaitInBothStores("PostgreSQL was read-only", byEvent);
        eventually().untilAsserted(() -> assertThat(checks().get("postgres").at("/data/state").asText())
                .isEqualTo("healthy"));
        eventually().untilAsserted(() -> assertThat(registry.get(path(before)).status()).isEqualTo(200));
    }

    @Test
    void isDegradedWhilePostgresIsFull() throws SQLException {
        PlainNode byEvent = PlainNode.unique("full-event");
        eventually().until(() -> group.lag() == 0);
        execute("""
                CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
                $$BEGIN RAISE EXCEPTION 'could not extend file: No space left' USING ERRCODE = '53100'; END$$""");
        execute("CREATE TRIGGER full_disk BEFORE INSERT ON tool_registrations EXECUTE FUNCTION full_disk()");
        try {
            announce(byEvent);

            eventually().untilAsserted(() -> {
                assertThat(checks().get("postgres").at("/data/state").asText()).isEqualTo("degraded");
                assertThat(checks().get("postgres").at("/data/message").asText()).contains("No space left");
            });
            staysAlive();
        } finally {
            execute("DROP FUNCTION IF EXISTS full_disk() CASCADE");
        }

        awaitInBothStores("PostgreSQL was full", byEvent);
        eventually().untilAsserted(() -> assertThat(checks().get("postgres").at("/data/state").asText())
                .isEqualTo("healthy"));
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = servers.postgres().orElseThrow().connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void saysThatItCannotAnswerWhilePostgresIsDown() {
        PlainNode node = registered("unreadable");
        GoodRequests good = new GoodRequests(registry);
        String route = "/api/v1/route?node_type=effect&n=50";
        eventually().until(() -> registry.get(route).body().contains(node.id()));
        // what callers by xDS receive is complete once the addresses are known, later than the nodes
        eventually().until(() -> registry.get("/api/v1/xds").status() == 200);
        postgres.stop();
        Answer routed = registry.get(route);
        assertThat(routed.body()).contains(node.id());
        eventually().untilAsserted(() -> {
            JsonNode later = registry.get(route).json();
            assertThat(later.path("age_ms").longValue()).isGreaterThan(routed.json().path("age_ms").longValue());
            assertThat(later.path("candidates")).isNotEmpty();
        });

        // all of them, by what their own document says
        assertThat(answered(good).entrySet())
                .filteredOn(answer -> answer.getValue() != 503)
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder(WITHOUT_POSTGRES);
        document.covers("GET", WatchStream.PATH, registry.get(WatchStream.PATH));
        List.of("/api/v1/registrations", path(node), "/api/v1/registrations?node_type=effect").forEach(path -> {
            long askedAt = System.nanoTime();
            Answer answer = registry.get(path);
            assertThat(Duration.ofNanos(System.nanoTime() - askedAt)).as("time to say so").isLessThan(SOON);
            assertThat(answer.status()).as(path).isEqualTo(503);
            assertThat(answer.mediaType()).isEqualTo("application/problem+json");
            assertThat(answer.json().path("status").intValue()).isEqualTo(503);
            assertThat(answer.json().path("detail").textValue()).contains("PostgreSQL");
            assertThat(answer.json().has("registrations")).isFalse();
        });
        PlainNode once = PlainNode.unique("unrepeatable");
        Answer withKey = registry.send(Registry.asOperator(registry.request("/api/v1/registrations"))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", once.id())
                .POST(BodyPublishers.ofString(once.payload().toString())));
        assertThat(withKey.status()).as("a write of which nobody knows whether it has been carried out").isEqualTo(503);
        assertThat(registry.consulService(once.id())).isEmpty();
        for (String path : List.of(route, "/api/v1/services", "/api/v1/sd/prometheus")) {
            eventually().untilAsserted(() -> assertThat(registry.get(path)).satisfies(answer -> {
                assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                assertThat(answer.json().path("code").textValue()).isEqualTo("discovery-view-unavailable");
                assertThat(answer.header("Retry-After")).isNotBlank();
            }));
        }
        // callers by xDS keep what they know in any case, so their view has no end
        assertThat(registry.get("/api/v1/xds").json().at("/services/0/healthy").intValue()).isPositive();
        Answer byRest = registry.send(Registry.as("reader", registry.request("/v3/discovery:endpoints"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"resource_names\": [\"onex-effect\"]}")));
        assertThat(byRest.status()).as(byRest.body()).isEqualTo(200);
        assertThat(byRest.json().at("/resources/0/endpoints/0/lb_endpoints")).isNotEmpty();

        postgres.start();

        eventually().untilAsserted(() -> {
            assertThat(registry.get(path(node)).status()).isEqualTo(200);
            Answer again = registry.get(route);
            assertThat(again.status()).isEqualTo(200);
            assertThat(again.json().path("age_ms").longValue()).as("less than the outage").isLessThan(20_000);
        });
    }

    @Test
    void claimsNothingWhileBothStoresAreDown() {
        PlainNode byEvent = PlainNode.unique("both-down-event");
        PlainNode byHand = PlainNode.unique("both-down-hand");
        eventually().until(() -> group.lag() == 0);
        postgres.stop();
        consul.stop();
        Map<TopicPartition, Long> committed = group.committed();

        Answer answer = register(byHand);

        assertThat(answer.status()).isEqualTo(503);
        document.covers("POST", "/api/v1/registrations", answer);
        isResult(answer.json().path("result"), "error", false, false);
        assertThat(answer.json().path("detail").textValue()).contains("PostgreSQL").contains("Consul");
        assertThat(group.lag()).as("registrations left to Kafka").isZero();

        announce(byEvent);
        awaitTriesWithoutPostgres();
        assertThat(group.committed()).isEqualTo(committed);
        assertThat(group.lag()).isEqualTo(1);
        isReadyWithout("consul", "postgres");

        consul.start();
        postgres.start();

        eventually().untilAsserted(() -> isInBothStores(byEvent));
        assertThat(registry.row(byHand.id())).isEmpty();
        assertThat(registry.consulService(byHand.id())).isEmpty();
    }

    @Test
    void turnsAwayRegistrationsThatWouldPileUpAndAnswersThoseThatWait() {
        ExecutorService threads = Executors.newCachedThreadPool();
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        postgres.suspend();
        try {
            // one batch is under way, which may have several of them in it, and so many may wait behind it
            eventually().until(() -> {
                for (int i = 0; i < MOST_WAITING; i++) {
                    answers.add(CompletableFuture.supplyAsync(() -> register(PlainNode.unique("piled-up")), threads));
                }
                // one that has no connection to PostgreSQL left is answered before others have piled up behind it
                return turnedAway(answers).isPresent()
                        && answers.stream().filter(answer -> !answer.isDone()).count() > MOST_WAITING;
            });

            Answer turnedAway = turnedAway(answers).orElseThrow();
            document.covers("POST", "/api/v1/registrations", turnedAway);
            assertThat(turnedAway.header("Retry-After")).isEqualTo("1");
            assertThat(turnedAway.json().path("detail").textValue()).contains(Integer.toString(MOST_WAITING));
        } finally {
            postgres.resume();
            threads.shutdown();
        }

        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.get(90, TimeUnit.SECONDS).status()).isIn(201, 202, 429));
        assertThat(answers).extracting(answer -> answer.join().status()).containsAnyOf(201, 202);
    }

    private static Optional<Answer> turnedAway(List<CompletableFuture<Answer>> answers) {
        return answers.stream()
                .filter(answer -> answer.isDone() && !answer.isCompletedExceptionally())
                .map(CompletableFuture::join)
                .filter(answer -> answer.status() == 429)
                .findFirst();
    }

    /** Frozen, it takes connections and answers none, so that each call ends by a timeout of its own. */
    @Test
    void answersWithinItsTimeoutsWhilePostgresHangs() {
        PlainNode known = registered("postgres-hangs-known");
        PlainNode byEvent = PlainNode.unique("postgres-hangs-event");
        eventually().until(() -> group.lag() == 0);
        postgres.suspend();
        try {
            announce(byEvent);

            eventually().untilAsserted(() -> assertThat(registry.consulService(byEvent.id())).isPresent());
            for (PlainNode node : List.of(known, byEvent)) {
                long askedAt = System.nanoTime();
                Answer answer = registry.get(path(node));
                assertThat(Duration.ofNanos(System.nanoTime() - askedAt)).as("time to say so").isLessThan(LONGEST_READ);
                assertThat(answer.status()).as(answer.body()).isEqualTo(503);
                assertThat(answer.json().path("detail").textValue()).contains("PostgreSQL");
            }
            isReadyWithout("postgres");
        } finally {
            postgres.resume();
        }

        awaitInBothStores("PostgreSQL hung", byEvent);
        eventually().untilAsserted(() -> assertThat(registry.get(path(known)).status()).isEqualTo(200));
    }

    @Test
    void isNotReadyWhileKafkaIsDownAndHearsAgainWhenItIsBack() {
        PlainNode byEvent = PlainNode.unique("kafka-down-event");
        kafka.stop();

        eventually().untilAsserted(() -> {
            assertThat(registry.get("/health/ready").status()).isEqualTo(503);
            assertThat(checks().get("kafka").path("status").textValue()).isEqualTo("DOWN");
            assertThat(checks().get("consul").path("status").textValue()).isEqualTo("UP");
            assertThat(checks().get("postgres").path("status").textValue()).isEqualTo("UP");
            assertThat(registry.get("/api/v1/health").json().path("status").textValue()).isEqualTo("unhealthy");
        });
        isAlive();
        componentsAreUpBut("kafka");
        assertThat(Verdict.await(registry, "bad", "unhealthy").messages().get(0)).startsWith("Kafka is unavailable");
        PlainNode byHand = registered("kafka-down-hand");
        eventually().untilAsserted(() -> isInBothStores(byHand));
        eventually().untilAsserted(() -> assertThat(Explained.of(registry, byHand.id()).causes())
                .containsExactly("discoverable", "intake_behind"));
        Answer asked = registry.post("/api/v1/introspection-requests", Json.object("{'timeout_ms': 100}"));
        RegistrationsApiIT.isProblem(asked, 503, "store-unavailable");
        document.covers("POST", "/api/v1/introspection-requests", asked);
        assertThat(asked.json().path("detail").textValue()).contains("Kafka");

        kafka.start();

        announce(byEvent);
        awaitInBothStores("Kafka was down", byEvent);
        eventually().untilAsserted(() -> assertThat(registry.get("/health/ready").status()).isEqualTo(200));
    }

    @Test
    void aBatchThatCannotBeDecodedStopsItsPartitionOnlyAndIsNamed() throws Exception {
        String topic = Registry.INTROSPECTION;
        RecordMetadata spoilt;
        registry.liberty().suspend();
        try {
            spoilt = send(topic, 4, PlainNode.unique("spoilt"));
            kafka.stop();
            Spoiling.lastByteOf(servers.kafka().orElseThrow().log(topic, 4));
            kafka.start();
        } finally {
            registry.liberty().resume();
        }
        PlainNode behind = PlainNode.unique("behind");
        send(topic, 4, behind);
        PlainNode beside = PlainNode.unique("beside");

        eventually().untilAsserted(() -> {
            JsonNode data = checks().get("kafka").path("data");
            assertThat(data.path("state").asText()).isEqualTo("degraded");
            assertThat(data.path("message").asText()).contains(topic + "-4@" + spoilt.offset());
        });
        send(topic, 5, beside);
        eventually().untilAsserted(() -> isInBothStores(beside));
        assertThat(registry.row(behind.id())).isEmpty();
        isAlive();

        try (Admin admin = servers.kafka().orElseThrow().admin()) {
            admin.deleteRecords(Map.of(
                    new TopicPartition(topic, 4), RecordsToDelete.beforeOffset(spoilt.offset() + 1))).all().get();
        }

        awaitInBothStores("A batch was spoilt", behind);
        eventually().untilAsserted(() -> assertThat(checks().get("kafka").at("/data/state").asText())
                .isEqualTo("healthy"));
    }

    private static RecordMetadata send(String topic, int partition, PlainNode node) {
        return registry.broker().publish(new ProducerRecord<>(topic, partition, null, node.introduction()));
    }

    @Test
    void deadLettersRecordsAgainWhenTheTopicForThemWasDeleted() {
        String poison = Registry.uniqueId("no-json");
        registry.broker().delete(Registry.HEARTBEAT + ".dlq");

        registry.publish(Registry.HEARTBEAT, "key", poison.getBytes(UTF_8));

        eventually().until(() -> waitsFor("its dead letters") > 0);
        eventually().untilAsserted(() -> assertThat(group.lag()).isZero());
        assertThat(registry.deadLetters(Registry.HEARTBEAT))
                .extracting(letter -> new String(letter.value(), UTF_8))
                .containsOnly(poison); // twice where the broker's confirmation was lost
    }

    /** The status of each operation's answer, by operation. */
    private static Map<String, Integer> answered(GoodRequests good) {
        return document.operations().stream()
                .filter(operation -> !operation.path().endsWith("/watch"))
                // what is answered from memory is not for ever
                .sorted(Comparator.comparing(operation -> !List.of(WITHOUT_POSTGRES).contains(operation.id())))
                .collect(Collectors.toMap(ApiDocument.Operation::id, operation -> {
                    Answer answer = registry.send(good.request(operation));
                    if (answer.status() == 503 && answer.body().contains("PostgreSQL") && postgres.isAlive()) {
                        // on a busy machine it may answer too late for once
                        answer = eventually().until(
                                () -> registry.send(good.request(operation)), again -> again.status() != 503);
                    }
                    document.covers(operation, answer);
                    return answer.status();
                }));
    }

    private static void awaitHealth() {
        eventually().untilAsserted(() -> {
            // a defect is shown for half a minute after the last one
            assertThat(registry.get("/api/v1/health").json().path("components")).isNotEmpty().allSatisfy(
                    component -> assertThat(component.path("status").asText().equals("healthy")
                            || component.path("message").asText().startsWith("a defect: "))
                            .as(component.toString()).isTrue());
            assertThat(group.lag()).isZero();
        });
        // the circuit breaker before Consul closes only when it is tried
        eventually().until(() -> register(PlainNode.unique("healed")).status() == 201);
    }

    private static void announce(PlainNode node) {
        registry.publish(Registry.INTROSPECTION, node.id(), node.introduction());
    }

    private static Answer register(PlainNode node) {
        return registry.post("/api/v1/registrations", node.payload());
    }

    @Test
    void answersWhatItDidNotForeseeAsTheDocumentSaysAndKeepsTheReasonToItsLog() throws SQLException {
        PlainNode node = registered("unforeseen");
        Answer answer;
        sql("ALTER TABLE tool_registrations DROP CONSTRAINT tool_registrations_status_check");
        try {
            sql("UPDATE tool_registrations SET status = 'unheard-of' WHERE tool_id = '" + node.id() + "'");
            answer = registry.get(path(node));
        } finally {
            sql("UPDATE tool_registrations SET status = 'active' WHERE tool_id = '" + node.id() + "'");
            sql("ALTER TABLE tool_registrations ADD CONSTRAINT tool_registrations_status_check"
                    + " CHECK (status IN ('active', 'suspect', 'draining', 'expired', 'departed'))");
        }

        assertThat(answer.status()).as(answer.body()).isEqualTo(500);
        assertThat(answer.body()).doesNotContainIgnoringCase("unheard");
        document.covers("GET", path(node), answer);
        eventually().untilAsserted(
                () -> assertThat(registry.liberty().log()).contains("A request failed unexpectedly"));
    }

    private static void sql(String statement) throws SQLException {
        try (Connection connection = servers.postgres().orElseThrow().connect();
                Statement executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }

    private static PlainNode registered(String prefix) {
        PlainNode node = PlainNode.unique(prefix);
        Answer answer = register(node);
        // 202 where Consul took its time
        assertThat(answer.status()).as(answer.body()).isIn(201, 202);
        eventually().untilAsserted(() -> isInBothStores(node));
        return node;
    }

    private static String path(PlainNode node) {
        return "/api/v1/registrations/" + Registry.encoded(node.id());
    }

    private static void isResult(JsonNode result, String status, boolean inConsul, boolean inPostgres) {
        assertThat(result.path("status").textValue()).as("status of %s", result).isEqualTo(status);
        assertThat(result.path("consul_registered").booleanValue()).isEqualTo(inConsul);
        assertThat(result.path("postgres_registered").booleanValue()).isEqualTo(inPostgres);
        assertThat(result.path("registration_time_ms").doubleValue()).isPositive();
    }

    private static void isInBothStores(PlainNode node) {
        assertThat(registry.row(node.id())).hasValueSatisfying(row -> {
            assertThat(row.path("status").textValue()).isEqualTo("active");
            assertThat(row.path("pending").booleanValue()).as("pending").isFalse();
        });
        assertThat(registry.consulService(node.id()))
                .hasValueSatisfying(service -> assertThat(service.name()).isEqualTo("onex-effect"));
    }

    /** Once a fault is over. */
    private static void awaitInBothStores(String fault, PlainNode... nodes) {
        Gap gap = Gap.of(fault);
        eventually().untilAsserted(() -> List.of(nodes).forEach(DegradationIT::isInBothStores));
        gap.ended();
    }

    private static void isPending(PlainNode node, String status) {
        assertThat(registry.row(node.id())).hasValueSatisfying(row -> {
            assertThat(row.path("status").textValue()).isEqualTo(status);
            assertThat(row.path("pending").booleanValue()).isTrue();
        });
    }

    private static void isReadyWithout(String... components) {
        eventually().untilAsserted(() -> {
            Answer ready = registry.get("/health/ready");
            assertThat(ready.status()).isEqualTo(200);
            assertThat(components).allSatisfy(component -> {
                JsonNode check = checks().get(component);
                assertThat(check.path("status").textValue()).isEqualTo("UP");
                assertThat(check.at("/data/state").textValue()).isEqualTo("degraded");
                assertThat(check.at("/data/message").textValue()).isNotBlank();
            });
            JsonNode health = registry.get("/api/v1/health").json();
            assertThat(health.path("status").textValue()).isEqualTo("degraded");
        });
        isAlive();
    }

    private static Map<String, JsonNode> checks() {
        return Health.checks(registry);
    }

    /** What is not done after several tries will not be done. */
    private static void awaitTriesWithoutPostgres() {
        int before = waits();
        eventually().until(() -> waits() >= before + 3);
        String waitingFor = "/components/kafka/details/waiting_for";
        eventually().untilAsserted(() -> assertThat(registry.get("/api/v1/health").json().at(waitingFor).asText())
                .contains("PostgreSQL"));
    }

    private static int waits() {
        return waitsFor("PostgreSQL");
    }

    private static int waitsFor(String what) {
        return registry.liberty().log().split("A batch waits for " + what, -1).length - 1;
    }
}
