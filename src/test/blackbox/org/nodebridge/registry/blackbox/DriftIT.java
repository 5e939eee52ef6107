// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.nodebridge.registry.docs.Snippets;
import org.nodebridge.registry.servers.ConsulServer;
import org.nodebridge.registry.servers.HaProxyProgram;
import org.nodebridge.registry.servers.HaProxyServer;

/**
 * Consul changed manually in every way: each change is found and reported, a dry run leaves it, and one run repairs it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DriftIT {

    private static final String NAME = "drift";
    private static final String ELSEWHERE = "drift-elsewhere";

    private static SeparateRegistry installation;
    private static Registry registry;
    private static ConsulEditor consul;

    @BeforeAll
    static void startRegistry() {
        installation = SeparateRegistry.on(Backends.shared(), NAME, Map.ofEntries(
                Map.entry("REGISTRY_CONSUL_CONNECT", "on"),
                Map.entry("REGISTRY_CONSUL_WEIGHTS", "load"),
                Map.entry("REGISTRY_CONSUL_WEIGHTS_INTERVAL", "PT2S"),
                Map.entry("REGISTRY_RECONCILE_INTERVAL", "PT1H"),
                Map.entry("REGISTRY_CONSUL_INSTALLATION_TTL", "PT1M"),
                Map.entry("REGISTRY_RECONCILE_START_GRACE", "PT1S"),
                Map.entry("REGISTRY_RECONCILE_PENDING_LIMIT", "PT2S"),
                // what Consul has not confirmed in time is answered 202, and is done or failed later
                Map.entry("REGISTRY_CONSUL_TIMEOUT", "8000"),
                Map.entry("REGISTRY_CONSUL_HEALTH_TIMEOUT", "8000"),
                Map.entry("REGISTRY_CONSUL_REQUEST_TIMEOUT", "PT10S"),
                // who no longer leads ends a comparison, and who may not lead for long removes nothing
                Map.entry("REGISTRY_CLUSTER_LEASE_TTL", "PT30S")));
        registry = installation.replica("liberty");
        registry.liberty().start();
        consul = new ConsulEditor(Backends.shared(), NAME);
    }

    @AfterAll
    static void stopRegistry() {
        registry.liberty().kill();
        consul.deregisterService(ELSEWHERE, "foreign");
    }

    @Test
    @Order(1)
    void saysThatNothingHasBeenComparedYetAndRefusesWhatItDoesNotUnderstand() {
        // the schema may not be there for a moment after the start
        eventually().until(() -> registry.get("/api/v1/drift").status() == 200);
        JsonNode drift = registry.get("/api/v1/drift").json();

        assertThat(drift.has("checked_at")).isFalse();
        assertThat(drift.path("message").textValue()).isNotBlank();
        assertThat(drift.path("drift")).isEmpty();
        Verdict.await(registry, "neutral", "no_nodes");
        assertThat(registry.get("/api/v1/drift?kind=odd").body()).contains("\"field\":\"kind\"");
        assertThat(registry.get("/api/v1/drift?limit=0").status()).isEqualTo(400);
        assertThat(registry.get("/api/v1/drift?cursor=eA").status()).isEqualTo(400);
        assertThat(registry.post("/api/v1/reconciliations?dry_run=perhaps", Json.object("{}")).status()).isEqualTo(400);
        assertThat(registry.post("/api/v1/reconciliations", Json.object("{'dry_run': 1}")).body())
                .contains("\"field\":\"dry_run\"");
        assertThat(registry.get("/api/v1/reconciliations/" + java.util.UUID.randomUUID()).status()).isEqualTo(404);
        assertThat(registry.get("/api/v1/reconciliations/none").status()).isEqualTo(404);
        assertThat(registry.send(registry.request("/api/v1/reconciliations").POST(BodyPublishers.noBody())).status())
                .isEqualTo(401);
    }

    @Test
    @Order(2)
    void findsEveryEditInADryRunAndPutsAllRightInOnePass() {
        Map<String, Expected> expected = new TreeMap<>();
        Map<String, Tampering> tamperings = new LinkedHashMap<>();
        Tampering.ofALivingNode().forEach(way -> tamperings.put(Registry.uniqueId("drift"), way));
        String copied = Registry.uniqueId("drift-copied");
        String left = Registry.uniqueId("drift-left");
        String degraded = Registry.uniqueId("drift-degraded");
        Stream.concat(tamperings.keySet().stream(), Stream.of(copied, left, degraded)).forEach(DriftIT::register);
        degrade(degraded);
        Map<String, JsonNode> servicesBefore = consul.services();
        Map<String, JsonNode> checksBefore = consul.checks();
        ObjectNode entryOfTheOneThatLeft = entry(left);
        assertThat(registry.delete("/api/v1/registrations/" + left).status()).isEqualTo(200);
        ObjectNode foreign = Json.object("{'ID': 'foreign', 'Service': 'onex-effect', 'Port': 1, 'Tags': ['onex']}");
        consul.register(NAME, foreign);
        consul.register(ELSEWHERE, foreign);

        tamperings.forEach((id, way) -> {
            way.edit().accept(consul, id);
            expected.put(id + "@" + NAME, new Expected(way.kind(), way.fields(),
                    way.kind().equals("missing") ? "register" : "rewrite"));
        });
        consul.setCheck(degraded, "passing");
        expected.put(degraded + "@" + NAME, new Expected("different", Set.of("check"), "rewrite"));
        consul.register(NAME, entryOfTheOneThatLeft);
        expected.put(left + "@" + NAME, Expected.EXTRA);
        consul.register(ELSEWHERE, entry(copied));
        expected.put(copied + "@" + ELSEWHERE, Expected.EXTRA);
        consul.register(NAME, entry(copied).put("ID", "nobody"));
        expected.put("nobody@" + NAME, Expected.EXTRA);
        consul.register(ELSEWHERE, entry(copied).put("ID", "nobody-elsewhere"));
        expected.put("nobody-elsewhere@" + ELSEWHERE, Expected.EXTRA);
        Map<String, JsonNode> servicesEdited = consul.services();
        Map<String, JsonNode> checksEdited = consul.checks();
        Map<String, JsonNode> elsewhereEdited = consul.services(ELSEWHERE);

        JsonNode first = reconcile(true);
        assertThat(first.path("drift")).hasSameSizeAs(expected.keySet());
        assertThat(drift(first)).allSatisfy((place, drift) -> drift.saysAtFirst(expected.get(place)));
        // entries without a row are removed when Kafka has been read to past their discovery
        eventually().untilAsserted(() -> assertThat(drift(reconcile(true))).isEqualTo(expected));
        assertThat(registry.get("/api/v1/drift").json().path("dry_run").booleanValue()).isTrue();
        assertThat(shown(registry, 7)).isEqualTo(expected);
        assertThat(consul.services()).as("a dry run changes nothing").isEqualTo(servicesEdited);
        assertThat(consul.checks()).as("a dry run changes nothing").isEqualTo(checksEdited);
        assertThat(consul.services(ELSEWHERE)).as("a dry run changes nothing").isEqualTo(elsewhereEdited);
        assertThat(expected).hasSizeGreaterThan(24);
        awaitGauge(expected);
        Verdict.await(registry, "fair", "drift");
        Metrics before = Metrics.of(registry);

        JsonNode repair = reconcile(false);

        int toRepair = expected.size() - 4;
        counted(Metrics.of(registry), before, expected, toRepair);
        assertThat(repair.path("repaired").intValue()).isEqualTo(toRepair);
        assertThat(repair.path("deleted").intValue()).isEqualTo(4);
        assertThat(repair.path("failed").intValue()).isZero();
        assertThat(repair.path("held").intValue()).isZero();
        assertThat(drift(repair)).as("what it says that it has done").isEqualTo(expected);
        JsonNode after = registry.get("/api/v1/drift").json();
        assertThat(after.path("drift")).isEmpty();
        assertThat(after.path("dry_run").booleanValue()).isFalse();
        awaitGauge(Map.of());
        servicesBefore.remove(left);
        servicesBefore.put("foreign", servicesEdited.get("foreign"));
        checksBefore.remove("service:" + left);
        assertThat(content(consul.services())).isEqualTo(content(servicesBefore));
        assertThat(content(consul.checks())).isEqualTo(content(checksBefore));
        assertThat(consul.services().get("foreign")).isEqualTo(servicesEdited.get("foreign"));
        assertThat(consul.services(ELSEWHERE)).isEqualTo(Map.of("foreign", elsewhereEdited.get("foreign")));
        assertThat(reconcile(true).path("drift")).isEmpty();
        assertThat(Metrics.of(registry).value("registry_catalog_deletions_total")).isEqualTo(4);
        registry.stores().execute("UPDATE catalog_check SET checked_at = checked_at - interval '4 minutes'");
        Verdict.await(registry, "fair", "late_comparison");
        reconcile(true);
        assertThat(Verdict.await(registry, "good", "agreement").messages()).singleElement().asString()
                .startsWith("Both stores agreed on all ");
        assertThat(registry.get("/api/v1/reconciliations").json().path("reconciliations"))
                .allSatisfy(made -> assertThat(made.path("status").textValue()).isEqualTo("done"))
                .anySatisfy(made -> {
                    assertThat(made.path("requested_by").textValue()).isEqualTo("user:operator");
                    assertThat(made.at("/report/repaired").intValue()).isEqualTo(toRepair);
                    assertThat(made.path("report").has("drift")).isFalse();
                });
    }

    /** By kind and by action, for one comparison between the two. */
    private static void counted(Metrics after, Metrics before, Map<String, Expected> found, int registered) {
        for (String kind : List.of("missing", "extra", "different", "pending", "foreign")) {
            assertThat(after.since(before, "registry_drift_found_total{kind=\"" + kind + "\"}")).as(kind)
                    .isEqualTo(found.values().stream().filter(each -> each.kind().equals(kind)).count());
        }
        assertThat(after.since(before, "registry_drift_repaired_total{action=\"registered\"}")).isEqualTo(registered);
        assertThat(after.since(before, "registry_drift_repaired_total{action=\"deregistered\"}"))
                .isEqualTo(found.size() - registered);
    }

    @Test
    @Order(3)
    void removesNoMoreThanAShareOfTheEntriesInOnePass() {
        List<String> nodes = PlainNode.many(Registry.uniqueId("drift-cap"), 100).map(PlainNode::id).toList();
        nodes.forEach(DriftIT::register);
        ObjectNode entry = entry(nodes.get(0));
        for (int number = 0; number < 60; number++) {
            consul.register(NAME, entry.deepCopy().put("ID", "too-many-" + number));
        }
        eventually().untilAsserted(() -> assertThat(actions(reconcile(true))).contains("deregister"));
        int most = ours().size() / 10;
        assertThat(most).isBetween(16, 20);

        JsonNode first = reconcile(false);

        assertThat(first.path("deleted").intValue()).isEqualTo(most);
        assertThat(first.path("held").intValue()).isEqualTo(60 - most);
        assertThat(ours()).hasSize(nodes.size() + 27 - 1 + 60 - most).containsAll(nodes);
        JsonNode listed = registry.get("/api/v1/drift?kind=extra").json();
        assertThat(listed.path("drift")).hasSize(60 - most).allSatisfy(drift -> {
            assertThat(drift.path("action").textValue()).isEqualTo("held");
            assertThat(drift.path("reason").textValue()).startsWith("deletion_cap: ");
        });
        assertThat(listed.at("/counts/extra").intValue()).isEqualTo(60 - most);
        eventually().untilAsserted(() -> assertThat(reconcile(false).path("drift")).isEmpty());
        assertThat(ours()).containsAll(nodes);
    }

    @Test
    @Order(4)
    void bringsBackAllWhenTheConsulNodeIsRemovedWithAllThatStandsUnderIt() {
        String node = register(Registry.uniqueId("drift-node"));
        Map<String, JsonNode> before = consul.services();
        before.remove("foreign");
        consul.deregisterNode();
        assertThat(consul.services()).isEmpty();

        JsonNode repair = reconcile(false);

        assertThat(repair.at("/found/missing").intValue()).isEqualTo(before.size());
        assertThat(repair.path("repaired").intValue()).isEqualTo(before.size());
        assertThat(content(consul.services())).isEqualTo(content(before)).containsKey(node);
        Verdict.await(registry, "fair", "repeated_repairs");
    }

    @Test
    @Order(5)
    void keepsNodesApartWhoseIdsDifferOnlyInCaseAndReplacesAnEntryOfTheOldForm() {
        String small = register(Registry.uniqueId("edge"));
        String capital = register(small.replace("edge", "Edge"));
        // as the version before wrote it, over that of the other
        consul.register(NAME, entry(serviceIdOf(capital)).put("ID", capital));

        reconcile(false);
        eventually().untilAsserted(() -> assertThat(reconcile(false).path("drift")).isEmpty());

        assertThat(consul.services()).containsKey(small).doesNotContainKey(capital);
        assertThat(entry(serviceIdOf(capital)).at("/Meta/node-id").textValue()).isEqualTo(capital);
        for (String id : List.of(small, capital)) {
            eventually().until(() -> agree(id));
        }
        assertThat(registry.delete("/api/v1/registrations/" + small).status()).isEqualTo(200);
        assertThat(consul.services()).containsKey(serviceIdOf(capital)).doesNotContainKey(small);
        assertThat(reconcile(true).path("drift")).isEmpty();

        consul.register(NAME, entry(serviceIdOf(capital)).put("ID", capital));
        JsonNode replaced = reconcile(false);
        assertThat(replaced.path("deleted").intValue()).isEqualTo(1);
        assertThat(consul.services()).containsKey(serviceIdOf(capital)).doesNotContainKey(capital);
    }

    @Test
    @Order(6)
    void repairsAllOthersWhenPostgresRefusesToMarkOneAndSaysSoOfThatOne() {
        String refused = register(Registry.uniqueId("drift-refused"));
        String other = register(Registry.uniqueId("drift-other"));
        eventually().until(() -> reconcile(true).path("drift").isEmpty());
        registry.stores()
                .execute("ALTER TABLE tool_registrations ADD CONSTRAINT rule_of_somebody_else CHECK (tool_id <> '"
                        + refused + "' OR revision = 1) NOT VALID");
        consul.deregisterService(NAME, refused);
        consul.deregisterService(NAME, other);

        JsonNode first = reconcile(false);

        assertThat(first.path("repaired").intValue()).isEqualTo(1);
        assertThat(first.path("failed").intValue()).isEqualTo(1);
        assertThat(consul.services()).containsKey(other).doesNotContainKey(refused);
        assertThat(registry.get("/api/v1/drift").json().path("drift")).singleElement().satisfies(drift -> {
            assertThat(drift.path("node_id").textValue()).isEqualTo(refused);
            assertThat(drift.path("reason").textValue()).contains("PostgreSQL refuses");
        });
        registry.stores().execute("ALTER TABLE tool_registrations DROP CONSTRAINT rule_of_somebody_else");
        assertThat(reconcile(false).path("repaired").intValue()).isEqualTo(1);
        assertThat(consul.services()).containsKeys(other, refused);
    }

    @Test
    @Order(7)
    void leavesTheEntriesOfAnotherInstallationAloneAsThatDoesOurs() {
        String both = register(Registry.uniqueId("drift-both"));
        Set<String> ofOurs = ours();
        Registry other = installation.withEmptyDatabase()
                .with(Map.of("REGISTRY_KAFKA_GROUP_ID", "drift-other", "REGISTRY_KAFKA_TOPIC_PREFIX", "drift-other."))
                .replica("other");
        try {
            other.liberty().start();
            patiently().until(() -> other.get("/api/v1/health").json().path("status").asText().equals("healthy"));
            String theirs = register(other, Registry.uniqueId("drift-theirs"));
            Answer refused = other.post("/api/v1/registrations", new PlainNode(both).payload());
            assertThat(refused.body()).contains("belongs to another installation");
            // what a comparison would remove of its own, so that it is known when it would remove others too
            consul.register(NAME, entry(both).put("ID", "nobody"));
            consul.register(NAME, entry(theirs).put("ID", "nobody-there"));
            Map<String, JsonNode> before = consul.services();

            eventually().untilAsserted(() -> {
                reconcile(false);
                reconcile(other, false);
                assertThat(consul.services()).doesNotContainKeys("nobody", "nobody-there");
            });

            before.keySet().removeAll(Set.of("nobody", "nobody-there"));
            assertThat(consul.services()).as("all others are as they were, to the index").isEqualTo(before);
            reconcile(false);
            reconcile(other, false);
            // every five seconds, so for longer than the time after which one that does not is dead
            patiently().ignoreExceptions().until(() -> renewals(other) > 13);
            assertThat(Metrics.of(registry).value("registry_dead_installations")).isZero();
            assertThat(Metrics.of(other).value("registry_dead_installations")).isZero();
            assertThat(foreign(registry)).containsExactly(theirs);
            assertThat(foreign(other)).contains(both).hasSameSizeAs(ofOurs);
            for (Registry each : List.of(registry, other)) {
                eventually().untilAsserted(() -> {
                    assertThat(Health.checks(each).get("consul").at("/data/state").asText()).isEqualTo("degraded");
                    assertThat(Metrics.of(each).value("registry_foreign_entries"))
                            .isEqualTo(each == registry ? 1 : ofOurs.size());
                });
                Verdict.await(each, "fair", "other_installation");
            }

            assertThat(other.delete("/api/v1/registrations/" + both).status()).isEqualTo(200);
            assertThat(consul.services().get(both)).isEqualTo(before.get(both));
            assertThat(other.post("/api/v1/registrations", new PlainNode(both).payload()).body())
                    .contains("belongs to another installation");
            assertThat(registry.delete("/api/v1/registrations/" + both).status()).isEqualTo(200);
            assertThat(consul.services()).doesNotContainKey(both);
            eventually().untilAsserted(() -> {
                reconcile(other, false);
                assertThat(consul.services()).containsKey(both);
                assertThat(consul.services().get(both).at("/Meta/registry-installation"))
                        .isEqualTo(before.get(theirs).at("/Meta/registry-installation"));
            });
        } finally {
            other.liberty().kill();
        }
        leavesTheEntriesOfADeadOneToTheirNodes(both);
    }

    private static void leavesTheEntriesOfADeadOneToTheirNodes(String known) {
        patiently().untilAsserted(
                () -> assertThat(Metrics.of(registry).value("registry_dead_installations")).isEqualTo(1));
        reconcile(false);
        List<String> left = foreign(registry);
        assertThat(left).contains(known);
        Map<String, JsonNode> before = consul.services();
        reconcile(false);
        assertThat(consul.services()).as("nothing is removed or changed").isEqualTo(before);

        // after a look at the notes that fails or comes late, the other one counts as dead again only later
        patiently().untilAsserted(() -> {
            assertThat(registry.post("/api/v1/registrations", new PlainNode(known).payload()).status())
                    .isIn(200, 201);
            assertThat(consul.services().get(known).at("/Meta/registry-installation").asText())
                    .as("it has announced itself to us").isEqualTo(installationId(registry));
        });

        left.stream().filter(id -> !id.equals(known)).forEach(id -> consul.deregisterService(NAME, id));
        patiently().untilAsserted(() -> {
            reconcile(false);
            assertThat(Metrics.of(registry).value("registry_dead_installations"))
                    .as("its note is removed with its last entry").isZero();
        });
    }

    private static ConditionFactory patiently() {
        return eventually().atMost(Duration.ofMinutes(5));
    }

    private static String installationId(Registry replica) {
        return Health.checks(replica).get("consul").at("/data/installation").asText();
    }

    private static long renewals(Registry replica) {
        return registry.stores()
                .consul("/v1/kv/node-bridge-registry/" + NAME + "/installations/" + installationId(replica) + "?raw")
                .asLong();
    }

    /** Load counts from ten seconds after a node's registration, and weights are decided every two. */
    @Test
    @Order(8)
    void weightsFollowLoadSeldomAndAreNoDrift() throws IOException {
        List<String> nodes = Stream.generate(() -> register(Registry.uniqueId("drift-weight"))).limit(4).toList();
        String busy = nodes.get(0);
        assertThat(nodes).as("average at once").allSatisfy(id -> assertThat(weight(id)).isEqualTo(2816));

        patiently().untilAsserted(() -> {
            beat(nodes, 400);
            assertThat(weight(busy)).isLessThan(2816);
            assertThat(nodes.subList(1, 4)).allSatisfy(id -> assertThat(weight(id)).isGreaterThan(2816));
        });
        int few = weight(busy);
        assertThat(few % 256).as("HAProxy counts by 256").isZero();
        assertThat(consul.services().get(busy).at("/Weights/Warning").intValue()).isBetween(256, few / 2);

        eventually().untilAsserted(() -> assertThat(reconcile(true).path("drift")).noneMatch(
                drift -> nodes.contains(drift.path("node_id").textValue())));
        String added = Registry.uniqueId("weighed");
        String idle = nodes.get(1);
        int many = weight(idle);
        for (String id : List.of(busy, idle)) {
            ObjectNode changed = new PlainNode(id).payload();
            changed.withObject("/capabilities").putObject(added);
            // Consul names one of those that have the same address
            changed.putObject("endpoints").put("api", "http://127.0.0.1:" + (id.equals(busy) ? 8001 : 8002));
            assertThat(registry.post("/api/v1/registrations", changed).status()).isEqualTo(200);
            assertThat(consul.services().get(id).path("Tags").toString()).contains(added);
        }
        assertThat(weight(busy)).as("what it announces changes no weight").isEqualTo(few);
        beat(nodes, 400); // figures of three minutes ago would count no more
        haProxyTakes(added, few, many);
        beat(nodes, 400);
        consul.edit(busy, service -> service.putObject("Weights").put("Passing", 9).put("Warning", 9));
        assertThat(drift(reconcile(false)).get(busy + "@" + NAME))
                .isEqualTo(new Expected("different", Set.of("weight"), "rewrite"));
        eventually().until(() -> weight(busy) == few);

        Map<String, JsonNode> standing = consul.services();
        awaitDecisions(3, () -> beat(nodes, 330));
        assertThat(nodes).as("no more than a step: not a write").allSatisfy(
                id -> assertThat(consul.services().get(id)).isEqualTo(standing.get(id)));

        long revisions = revisions(nodes);
        Metrics before = Metrics.of(registry);
        Map<String, Set<Instant>> changes = new TreeMap<>();
        AtomicInteger load = new AtomicInteger();
        awaitDecisions(4, () -> {
            beat(nodes, load.incrementAndGet() % 2 == 0 ? 1 : 2000);
            nodes.forEach(id -> changes.computeIfAbsent(id, any -> new TreeSet<>()).add(
                    OffsetDateTime.parse(registry.row(id).orElseThrow().path("weight_step_at").textValue())
                            .toInstant()));
        });
        assertThat(changes.values()).allSatisfy(times -> {
            Instant[] each = times.toArray(Instant[]::new);
            for (int i = 1; i < each.length; i++) {
                assertThat(Duration.between(each[i - 1], each[i])).isGreaterThanOrEqualTo(Duration.ofSeconds(2));
            }
        });
        double writes = Metrics.of(registry).since(
                before, "registry_registrations_total{outcome=\"applied\",store=\"consul\"}");
        // by the rows, as a slow test does not see each change; what Consul is slow to confirm is written twice
        assertThat(writes).as("writes to Consul")
                .isLessThanOrEqualTo(revisions(nodes) - revisions + 2.0 * nodes.size());
        eventually().untilAsserted(() -> assertThat(reconcile(true).path("drift")).noneMatch(
                drift -> nodes.contains(drift.path("node_id").textValue())));
    }

    /** How often the rows of the nodes have changed, all together. */
    private static long revisions(List<String> nodes) {
        return nodes.stream().mapToLong(id -> registry.row(id).orElseThrow().path("revision").longValue()).sum();
    }

    private static ObjectNode meshed(String id, Object port) {
        ObjectNode payload = new PlainNode(id).payload();
        payload.withObject("/metadata").set("mesh_proxy_port", Json.MAPPER.valueToTree(port));
        return payload;
    }

    private static String registerMeshed(String name, Object port) {
        String id = Registry.uniqueId(name);
        assertThat(registry.post("/api/v1/registrations", meshed(id, port)).status()).isEqualTo(201);
        return id;
    }

    private static boolean agree(String id) {
        return registry.get("/api/v1/registrations/" + id).json().at("/store_comparison/agree").booleanValue();
    }

    @Test
    @Order(9)
    void findsWhatIsWrongWithSidecarProxiesAndPutsItRight() {
        List<String> nodes = IntStream.range(0, 6)
                .mapToObj(number -> registerMeshed("drift-meshed", 20000 + number)).toList();
        String plain = register(Registry.uniqueId("drift-unmeshed"));
        List<String> unusable = Stream.of(0, 70000, "text", 9)
                .map(port -> registerMeshed("drift-mesh-bad", port)).toList();
        eventually().untilAsserted(() -> assertThat(reconcile(false).path("drift")).isEmpty());
        Map<String, JsonNode> before = consul.services();
        assertThat(unusable).allSatisfy(id -> {
            assertThat(before).containsKey(id).doesNotContainKey(id + "-sidecar-proxy");
            assertThat(registry.get("/api/v1/registrations/" + id).json().path("sidecar_error").textValue())
                    .startsWith("metadata.mesh_proxy_port is");
        });
        assertThat(nodes).allSatisfy(id -> {
            eventually().until(() -> agree(id));
            assertThat(registry.get("/api/v1/registrations/" + id).json().has("sidecar_error")).isFalse();
            JsonNode sidecar = before.get(id + "-sidecar-proxy");
            assertThat(sidecar.path("Kind").textValue()).isEqualTo("connect-proxy");
            assertThat(sidecar.at("/Proxy/DestinationServiceID").textValue()).isEqualTo(id);
            assertThat(sidecar.path("Address")).isEqualTo(before.get(id).path("Address"));
            assertThat(sidecar.path("Port").intValue()).isEqualTo(20000 + nodes.indexOf(id));
        });

        Map<String, Expected> expected = new TreeMap<>();
        List<Set<String>> fields = List.of(
                Set.of("sidecar"), Set.of("sidecar.proxied"), Set.of("sidecar.check"), Set.of("sidecar.check"));
        for (int number = 0; number < fields.size(); number++) {
            expected.put(nodes.get(number) + "@" + NAME, new Expected("different", fields.get(number), "rewrite"));
        }
        consul.deregisterService(nodes.get(0) + "-sidecar-proxy");
        consul.setByTransaction(nodes.get(1) + "-sidecar-proxy");
        consul.setCheck(nodes.get(2) + "-sidecar-proxy", "critical");
        consul.deregisterCheck(nodes.get(3) + "-sidecar-proxy");
        consul.deregisterService(nodes.get(4));
        expected.put(nodes.get(4) + "@" + NAME, new Expected("missing", Set.of(), "register"));
        ObjectNode orphan = ((ObjectNode) before.get(nodes.get(5) + "-sidecar-proxy")).deepCopy();
        for (String of : List.of(plain, "nobody")) {
            orphan.withObject("/Proxy").put("DestinationServiceID", of);
            consul.register(NAME, orphan.put("ID", of + "-sidecar-proxy"));
            expected.put(of + "@" + NAME, Expected.EXTRA);
        }
        assertThat(agree(nodes.get(0))).isFalse();
        assertThat(agree(plain)).isFalse();

        eventually().untilAsserted(() -> assertThat(drift(reconcile(true))).isEqualTo(expected));
        JsonNode repair = reconcile(false);

        assertThat(repair.path("failed").intValue()).as(repair.toString()).isZero();
        assertThat(repair.path("deleted").intValue()).isEqualTo(2);
        // weights follow the loads of another test's nodes meanwhile
        assertThat(withoutWeights(content(consul.services()))).isEqualTo(withoutWeights(content(before)));
        assertThat(nodes)
                .allSatisfy(id -> assertThat(consul.proxies("onex-effect")).containsKey(id + "-sidecar-proxy"));
        eventually().untilAsserted(() -> assertThat(reconcile(true).path("drift")).isEmpty());
        nodes.forEach(id -> assertThat(registry.delete("/api/v1/registrations/" + id).status()).isEqualTo(200));
        assertThat(consul.proxies("onex-effect")).isEmpty();
        assertThat(consul.services()).hasSize(before.size() - 12);
    }

    private static Map<String, JsonNode> withoutWeights(Map<String, JsonNode> services) {
        Map<String, JsonNode> rest = new TreeMap<>();
        services.forEach((id, service) -> rest.put(id, ((ObjectNode) service.deepCopy()).without("Weights")));
        return rest;
    }

    /** Its writer removes it: the node is registered, and the reason is there to be read, until it has gone. */
    @Test
    @Order(10)
    void leavesAServiceOfOthersAloneThatHasTheIdOfASidecarProxy() {
        String id = Registry.uniqueId("drift-mesh-taken");
        consul.register(NAME, Json.object("{'Service': 'theirs', 'Port': 1}").put("ID", id + "-sidecar-proxy"));
        JsonNode theirs = consul.services().get(id + "-sidecar-proxy");

        Answer answer = registry.post("/api/v1/registrations", meshed(id, 20000));

        assertThat(answer.body()).contains("its sidecar proxy is not");
        assertThat(consul.services()).containsKey(id);
        eventually().untilAsserted(() -> {
            JsonNode tried = reconcile(false);
            assertThat(drift(tried).get(id + "@" + NAME))
                    .isEqualTo(new Expected("different", Set.of("sidecar"), "rewrite"));
            // weights follow the loads of another test's nodes meanwhile
            assertThat(registry.get("/api/v1/drift").json().path("drift")).singleElement().satisfies(
                    drift -> assertThat(drift.path("reason").textValue())
                            .contains("no registry of this id put there"));
        });
        assertThat(consul.services().get(id + "-sidecar-proxy")).isEqualTo(theirs);

        consul.deregisterService(id + "-sidecar-proxy");

        eventually().untilAsserted(() -> {
            reconcile(false);
            assertThat(consul.proxies("onex-effect")).containsOnlyKeys(id + "-sidecar-proxy");
            assertThat(registry.get("/api/v1/registrations/" + id).json().at("/stores/consul").textValue())
                    .isEqualTo("registered");
            assertThat(reconcile(true).path("drift")).isEmpty();
        });
        assertThat(registry.delete("/api/v1/registrations/" + id).status()).isEqualTo(200);
    }

    @Test
    @Order(11)
    void isCalledByMutualTlsThroughItsSidecarProxyWhileItIsWellAndConsulAllowsIt() throws Exception {
        ConsulServer server = Backends.shared().consul().orElseThrow();
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write("node".getBytes(StandardCharsets.US_ASCII));
            exchange.close();
        });
        service.start();
        try (ConnectProxy sidecar = ConnectProxy.before(server, "onex-effect", service.getAddress().getPort()).start();
                ConnectProxy caller = ConnectProxy.besideACaller(server, "drift-caller", "onex-effect").start()) {
            ObjectNode payload = meshed(Registry.uniqueId("drift-mesh-called"), sidecar.port());
            payload.withObject("/endpoints").removeAll()
                    .put("api", "http://127.0.0.1:" + service.getAddress().getPort() + "/");
            assertThat(caller.get()).as("nobody there yet").startsWith("(");

            assertThat(registry.post("/api/v1/registrations", payload).status()).isEqualTo(201);

            eventually().untilAsserted(() -> assertThat(caller.get()).isEqualTo("node"));
            eventually().ignoreExceptions().untilAsserted(() -> assertThat(sidecar.namesInItsCertificate().toString())
                    .contains("spiffe://", "/svc/onex-effect"));
            assertThat(sidecar.answersAStranger()).as("who has no certificate of Consul's").isFalse();

            consul.intend("drift-caller", "onex-effect", "deny");
            eventually().untilAsserted(() -> assertThat(caller.get()).startsWith("("));
            consul.forgetIntentions();
            eventually().untilAsserted(() -> assertThat(caller.get()).isEqualTo("node"));

            String cordon = "/api/v1/registrations/" + payload.path("node_id").textValue() + "/cordon";
            assertThat(registry.send(Registry.asOperator(registry.request(cordon))
                    .header("Content-Type", "application/json")
                    .PUT(BodyPublishers.ofString("{\"reason\": \"under repair\"}"))).status()).isEqualTo(200);
            eventually().untilAsserted(() -> assertThat(caller.get()).startsWith("("));
            assertThat(registry.send(Registry.asOperator(registry.request(cordon)).DELETE()).status()).isEqualTo(200);
            eventually().untilAsserted(() -> assertThat(caller.get()).isEqualTo("node"));

            assertThat(registry.delete("/api/v1/registrations/" + payload.path("node_id").textValue()).status())
                    .isEqualTo(200);
            eventually().untilAsserted(() -> assertThat(caller.get()).startsWith("("));
        } finally {
            consul.forgetIntentions();
            service.stop(0);
        }
    }

    /** By Consul's names, as docs/routing.md shows it. */
    private static void haProxyTakes(String capability, int... weights) throws IOException {
        ConsulServer server = Backends.shared().consul().orElseThrow();
        ConsulNames names = new ConsulNames(server);
        Integer[] ofConsul = IntStream.of(weights).boxed().toArray(Integer[]::new);
        Integer[] ofHaProxy = IntStream.of(weights).mapToObj(weight -> weight / 256).toArray(Integer[]::new);
        eventually().untilAsserted(
                () -> assertThat(names.weights("capability:" + capability + ".onex-effect.service.consul"))
                        .containsExactlyInAnyOrder(ofConsul));
        try (ConsulNames.PreparedQuery query =
                names.prepare("_" + capability + "._tcp", "onex-effect", "capability:" + capability)) {
            String config = Snippets.of("docs/routing.md", "haproxy", "server-template")
                    .replace("_transform._tcp", query.name())
                    .replace("127.0.0.1:8600", server.host() + ":" + server.dnsPort());
            HaProxyServer proxy = new HaProxyServer(
                    "nodes", config, HaProxyProgram.needed(), Backends.emptyDirectory(NAME + "/haproxy"));
            try {
                proxy.start();
                eventually().untilAsserted(
                        () -> assertThat(proxy.weights()).containsExactlyInAnyOrder(ofHaProxy));
            } finally {
                proxy.kill();
            }
        }
    }

    private static int weight(String id) {
        return consul.services().get(id).at("/Weights/Passing").intValue();
    }

    /** The first says that it is so busy; the others have ten calls each. */
    private static void beat(List<String> nodes, int busy) {
        for (String id : nodes) {
            assertThat(registry.post(
                    "/api/v1/registrations/" + id + "/heartbeat",
                    Json.object("{'health_status': 'healthy'}")
                            .put("active_operations", id.equals(nodes.get(0)) ? busy : 10))
                    .status()).isEqualTo(200);
        }
    }

    /** Does something again and again until weights have been decided so often. */
    private static void awaitDecisions(int count, Runnable meanwhile) {
        String sample = "registry_task_last_success_seconds{task=\"consul_weights\"}";
        double since = Metrics.of(registry).value(sample);
        eventually().until(() -> {
            meanwhile.run();
            return Metrics.of(registry).value(sample) >= since + 2.5 * count;
        });
    }

    private static List<String> foreign(Registry replica) {
        List<String> foreign = new ArrayList<>();
        replica.get("/api/v1/drift?kind=foreign&limit=500").json().path("drift").forEach(drift -> {
            assertThat(drift.path("reason").textValue()).contains("another installation");
            foreign.add(drift.path("node_id").textValue());
        });
        return foreign;
    }

    private static String serviceIdOf(String nodeId) {
        return consul.services().keySet().stream()
                .filter(id -> id.startsWith(nodeId + "~"))
                .findFirst()
                .orElseThrow();
    }

    private static String register(String id) {
        return register(registry, id);
    }

    private static String register(Registry replica, String id) {
        assertThat(replica.post("/api/v1/registrations", new PlainNode(id).payload()).status()).isEqualTo(201);
        return id;
    }

    private static void degrade(String id) {
        ObjectNode heartbeat = Json.object("{'envelope_version': '1.0', 'event_type': 'NODE_HEARTBEAT', 'payload':"
                + " {'node_type': 'effect', 'health_status': 'degraded', 'uptime_seconds': 1}}");
        String now = java.time.Instant.now().toString();
        heartbeat.put("event_id", java.util.UUID.randomUUID().toString()).put("event_timestamp", now);
        heartbeat.put("source_node_id", id).withObject("/payload").put("node_id", id).put("timestamp", now);
        registry.publish(NAME + "." + Registry.HEARTBEAT, id, Json.utf8(heartbeat));
        eventually().until(() -> consul.checks().get("service:" + id).path("Status").textValue().equals("warning"));
        eventually().until(() -> registry.get("/api/v1/registrations/" + id).json().at("/stores/consul").asText()
                .equals("registered"));
    }

    /** Its report. */
    private static JsonNode reconcile(boolean dryRun) {
        return reconcile(registry, dryRun);
    }

    private static JsonNode reconcile(Registry replica, boolean dryRun) {
        Answer answer = replica.post("/api/v1/reconciliations", Json.object("{}").put("dry_run", dryRun));
        // 202 on a machine that is slow
        String id = answer.json().path("id").textValue();
        eventually().until(() -> replica.get("/api/v1/reconciliations/" + id).json().has("finished_at"));
        JsonNode made = replica.get("/api/v1/reconciliations/" + id).json();
        assertThat(made.path("status").textValue()).as(made.toString()).isEqualTo("done");
        assertThat(made.at("/report/dry_run").booleanValue()).isEqualTo(dryRun);
        return made.path("report");
    }

    private static ObjectNode entry(String id) {
        ObjectNode entry = ((ObjectNode) consul.services().get(id)).deepCopy();
        entry.remove(List.of("CreateIndex", "ModifyIndex", "Proxy", "Connect", "Weights"));
        return entry;
    }

    private static Set<String> ours() {
        return consul.services().values().stream()
                .filter(service -> service.at("/Meta/registry-id").asText().equals(NAME))
                .map(service -> service.path("ID").textValue())
                .collect(Collectors.toSet());
    }

    private static Map<String, Expected> drift(JsonNode report) {
        Map<String, Expected> drift = new TreeMap<>();
        report.path("drift").forEach(each -> drift.put(
                each.path("node_id").textValue() + "@" + each.path("consul_node").textValue(), Expected.of(each)));
        return drift;
    }

    private static Set<String> actions(JsonNode report) {
        return drift(report).values().stream().map(Expected::action).collect(Collectors.toSet());
    }

    /** The whole listing, by pages of this size. */
    private static Map<String, Expected> shown(Registry replica, int pageSize) {
        Map<String, Expected> shown = new TreeMap<>();
        String cursor = "";
        do {
            JsonNode page = replica.get("/api/v1/drift?limit=" + pageSize + cursor).json();
            assertThat(page.path("drift").size()).isLessThanOrEqualTo(pageSize);
            shown.putAll(drift(page));
            cursor = page.has("next_cursor") ? "&cursor=" + page.path("next_cursor").textValue() : null;
        } while (cursor != null);
        return shown;
    }

    private static Map<String, JsonNode> content(Map<String, JsonNode> entries) {
        Map<String, JsonNode> content = new HashMap<>();
        entries.forEach((id, entry) -> {
            ObjectNode copy = entry.deepCopy();
            copy.remove(List.of("CreateIndex", "ModifyIndex"));
            content.put(id, copy);
        });
        return content;
    }

    private static void awaitGauge(Map<String, Expected> drift) {
        eventually().untilAsserted(() -> {
            Metrics metrics = Metrics.of(registry);
            for (String kind : List.of("missing", "extra", "different", "pending")) {
                assertThat(metrics.samples())
                        .containsEntry(
                                "registry_drift_nodes{kind=\"" + kind + "\"}",
                                (double) drift.values().stream().filter(each -> each.kind().equals(kind)).count());
            }
        });
    }

    /** What is to be said of one entry. */
    private record Expected(String kind, Set<String> fields, String action) {

        static final Expected EXTRA = new Expected("extra", Set.of(), "deregister");

        static Expected of(JsonNode drift) {
            List<String> fields = new ArrayList<>();
            drift.path("fields").forEach(field -> fields.add(field.path("field").textValue()));
            return new Expected(
                    drift.path("kind").textValue(), new TreeSet<>(fields), drift.path("action").textValue());
        }

        /** The same, but that its removal may be held up. */
        void saysAtFirst(Expected expected) {
            assertThat(kind).isEqualTo(expected.kind);
            assertThat(fields).isEqualTo(expected.fields);
            assertThat(action).isIn(expected.action, expected.action.equals("deregister") ? "held" : expected.action);
        }
    }
}
