// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A registry that starts without knowing what it knew before, with 200 living nodes in Consul and a comparison every
 * second: none of them is deregistered, not even for a moment. What was removed and registered again has another
 * creation index in Consul, so that nothing can be missed between two looks.
 */
@TestMethodOrder(OrderAnnotation.class)
class StartupSafetyIT {

    private static final String NAME = "startup-safety";
    private static final int NODES = 200;

    /** A row takes a while, and longer before the first comparison, so that this comes before the last row. */
    private static final String SLOWLY = """
            CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    FOR tenth IN 1..10 LOOP
                        PERFORM pg_sleep(0.1);
                        EXIT WHEN EXISTS (SELECT 1 FROM reconciliations);
                    END LOOP;
                    RETURN NEW;
                END $$;
            CREATE TRIGGER slowly BEFORE INSERT ON tool_registrations FOR EACH ROW EXECUTE FUNCTION take_time()""";

    private static SeparateRegistry known;
    private static ConsulEditor consul;
    private static Map<String, JsonNode> created;
    private static String oldInstallation;

    private Registry registry;

    @BeforeAll
    static void registerAll() {
        known = SeparateRegistry.on(Backends.shared(), NAME, Map.of(
                "REGISTRY_RECONCILE_INTERVAL", "PT1S",
                // as long as the tests look at what it holds back
                "REGISTRY_RECONCILE_START_GRACE", "PT5M",
                // a look at the notes of other installations that fails begins a new time to live
                "REGISTRY_CONSUL_HEALTH_TIMEOUT", "10000"));
        consul = new ConsulEditor(Backends.shared(), NAME);
        Registry first = known.replica("first");
        String topic = known.topic(Registry.INTROSPECTION);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        PlainNode.many(NAME, NODES).forEach(node -> records.add(
                new ProducerRecord<>(topic, records.size() % 6, null, node.introduction())));
        records.stream().map(first.broker()::send).toList().forEach(Broker::confirmed);
        first.liberty().start();
        patiently().until(() -> consul.services().size() == NODES);
        patiently().untilAsserted(() -> assertThat(registered(first)).isEqualTo(NODES));
        oldInstallation = installation(consul.services().values().iterator().next());
        first.liberty().kill();
    }

    @BeforeEach
    void look() {
        created = creationIndexes();
    }

    @AfterEach
    void stop() {
        registry.liberty().kill();
    }

    /** The mildest of the three, for the long form. */
    @Tag("chaos")
    @Test
    void keepsAllWhenTheConsumerMustReadEverythingAgain() {
        registry = start(known.withNewConsumerGroup());

        patiently().untilAsserted(() -> assertThat(blocked()).isEqualTo("start_grace"));
        patiently().untilAsserted(() -> assertThat(passes()).isGreaterThan(3));

        assertThat(creationIndexes()).isEqualTo(created).hasSize(NODES);
        assertThat(drift().path("drift")).isEmpty();
    }

    @Test
    void keepsAllWhileAnEmptyDatabaseIsFilledSlowlyFromKafka() {
        SeparateRegistry emptied = known.withCopyOfTheDatabase()
                .withNewConsumerGroup()
                .with(Map.of("REGISTRY_INTAKE_BATCH_SIZE", "4"));
        emptied.execute("TRUNCATE tool_registrations, registration_history, reconciliations, cluster_leases CASCADE");
        emptied.execute(SLOWLY);
        registry = start(emptied);

        patiently().untilAsserted(() -> assertThat(registered(registry)).isEqualTo(NODES));
        patiently().untilAsserted(() -> assertThat(blocked()).isEqualTo("start_grace"));

        assertThat(registry.get("/api/v1/reconciliations").json().path("reconciliations"))
                .as("comparisons made while rows were missing")
                .anySatisfy(made -> {
                    assertThat(made.at("/report/deletions_blocked").textValue()).isEqualTo("not_caught_up");
                    assertThat(made.at("/report/held").intValue()).isPositive();
                });
        patiently().untilAsserted(() -> assertThat(drift().path("drift")).isEmpty());
        assertThat(creationIndexes()).isEqualTo(created).hasSize(NODES);
    }

    @Test
    @Order(Integer.MAX_VALUE - 1) // one entry is another installation's afterwards
    void keepsAllWhenDatabaseAndTopicsAreEmpty() {
        registry = start(known.withEmptyDatabase()
                .withNewConsumerGroup()
                .with(Map.of(
                        "REGISTRY_KAFKA_TOPIC_PREFIX", Registry.uniqueId("lost") + ".",
                        "REGISTRY_CONSUL_INSTALLATION_TTL", "PT1M")));

        // a new database is another installation, until it is known that the old one is dead
        patiently().untilAsserted(() -> assertThat(drift().at("/counts/foreign").intValue()).isEqualTo(NODES));
        assertThat(drift().path("drift")).isNotEmpty().allSatisfy(each -> {
            assertThat(each.path("action").textValue()).isEqualTo("none");
            assertThat(each.path("reason").textValue()).contains("another installation");
        });
        patiently().untilAsserted(
                () -> assertThat(Metrics.of(registry).value("registry_dead_installations")).isEqualTo(1));
        Map<String, JsonNode> untouched = consul.services();
        double before = passes();
        patiently().untilAsserted(() -> assertThat(passes()).isGreaterThan(before + 3));

        assertThat(blocked()).isEqualTo("no_registered_nodes");
        assertThat(drift().at("/counts/foreign").intValue()).as("nobody has announced them here").isEqualTo(NODES);
        assertThat(consul.services()).as("as they are, to the index").isEqualTo(untouched);
        patiently().untilAsserted(() -> assertThat(
                Health.checks(registry).get("consul").at("/data/dead_installations").toString())
                .contains(oldInstallation));

        PlainNode returned = PlainNode.many(NAME, NODES).findFirst().orElseThrow();
        // while a look at the notes comes late, nobody counts as dead
        patiently().untilAsserted(() -> assertThat(
                registry.post("/api/v1/registrations", returned.payload()).status()).isIn(200, 201));
        patiently().untilAsserted(() -> assertThat(drift().at("/counts/foreign").intValue()).isEqualTo(NODES - 1));
        assertThat(consul.services().values())
                .filteredOn(service -> !installation(service).equals(oldInstallation)).hasSize(1);
        assertThat(creationIndexes()).isEqualTo(created).hasSize(NODES);
    }

    /** The topics still have what the nodes said, as they do for those that announce themselves again. */
    @Test
    @Order(Integer.MAX_VALUE) // the entries are the new installation's afterwards
    void recoversOnANewDatabaseAsTheNodesAnnounceThemselvesAgain() {
        registry = start(known.withEmptyDatabase()
                .withNewConsumerGroup()
                .with(Map.of("REGISTRY_CONSUL_INSTALLATION_TTL", "PT1M")));

        patiently().untilAsserted(() -> assertThat(registered(registry)).isEqualTo(NODES));
        patiently().untilAsserted(() -> {
            assertThat(consul.services().values()).hasSize(NODES).noneSatisfy(
                    service -> assertThat(installation(service)).isEqualTo(oldInstallation));
            assertThat(drift().path("drift")).isEmpty();
        });
        patiently().untilAsserted(
                () -> assertThat(Metrics.of(registry).value("registry_catalog_pending")).isZero());
        assertThat(creationIndexes()).as("no entry was gone for a moment").isEqualTo(created).hasSize(NODES);
    }

    private static String installation(JsonNode service) {
        return service.at("/Meta/registry-installation").asText();
    }

    private static Registry start(SeparateRegistry separate) {
        Registry registry = separate.replica("restarted");
        registry.liberty().start();
        return registry;
    }

    private static Map<String, JsonNode> creationIndexes() {
        Map<String, JsonNode> indexes = new TreeMap<>();
        consul.services().forEach((id, service) -> indexes.put(id, service.path("CreateIndex")));
        return indexes;
    }

    private JsonNode drift() {
        return registry.get("/api/v1/drift").json();
    }

    private String blocked() {
        return drift().path("deletions_blocked").textValue();
    }

    private double passes() {
        return Metrics.of(registry).value("registry_reconciliations_total{result=\"done\"}");
    }

    private static int registered(Registry registry) {
        return registry.get("/api/v1/metrics/registrations").json().path("registered_nodes_count").intValue();
    }

    private static ConditionFactory patiently() {
        return eventually().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(500));
    }
}
