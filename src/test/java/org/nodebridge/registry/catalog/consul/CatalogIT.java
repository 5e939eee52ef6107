// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.CatalogInstances;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.EntryDecisions;
import org.nodebridge.registry.catalog.OtherInstallations;
import org.nodebridge.registry.catalog.ProxyTarget;
import org.nodebridge.registry.catalog.ServiceCatalog;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.catalog.ServiceWeights;
import org.nodebridge.registry.catalog.consul.DoubtfulConsul.Write;
import org.nodebridge.registry.config.ConsulLayout;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.ConsulSettings.Mode;
import org.nodebridge.registry.config.value.AddressAllowList;
import org.nodebridge.registry.config.value.Secret;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.servers.ConsulServer;

/** Both modes against a real Consul, read back by other means. Each test has node ids of its own. */
class CatalogIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** By settings and owner mark: Consul takes no more than 200 connections from here, and each has some. */
    private static final Map<List<Object>, GuardedConsul> CATALOGS = new ConcurrentHashMap<>();

    /** For what a busy machine does late, of a call and of what the agent passes on by itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    static Path directory;

    private static ConsulServer server;
    private static ConsulReader consul;

    @BeforeAll
    static void startConsul() {
        server = ConsulServer.in(directory.resolve("consul"));
        server.start();
        consul = new ConsulReader(server, "");
    }

    @AfterAll
    static void stopConsul() {
        CATALOGS.values().forEach(GuardedConsul::close);
        server.stop();
    }

    private static ConditionFactory eventually() {
        return await().atMost(PATIENCE.multipliedBy(3));
    }

    /** The agent ends a probe only when it has an answer, for which a change of its node would wait. */
    private static ConsulSettings settings(Mode mode) {
        return settings(mode, server.port(), mode == Mode.AGENT ? Duration.ofHours(1) : Duration.ofSeconds(10));
    }

    private static ConsulSettings settings(Mode mode, int port, Duration checkInterval) {
        return new ConsulSettings(
                mode, ConsulSettings.Scheme.HTTP, server.host(), port, new Secret(""), "", "", "", "nodebridge",
                Set.of(), Duration.ofMinutes(2), ConsulLayout.DEFAULT, 4, PATIENCE, PATIENCE, checkInterval);
    }

    private static GuardedConsul catalog(Mode mode) {
        return guarded(settings(mode), Samples.OWNER);
    }

    private static GuardedConsul guarded(ConsulSettings settings, OwnerMark owner) {
        return CATALOGS.computeIfAbsent(
                List.of(settings, owner),
                key -> new GuardedConsul(ConsulClient.of(settings, owner, Samples.ANYWHERE)));
    }

    private static CatalogOutcome write(Mode mode, List<CatalogChange> changes) {
        return new ConsulCatalog(catalog(mode), new CatalogCircuit(1), null, Samples.OWNER, Samples.defects())
                .write(changes);
    }

    private static CatalogOutcome write(Mode mode, CatalogChange... changes) {
        return write(mode, List.of(changes));
    }

    private static ServiceEntry entryOf(CatalogChange.Register change) {
        return ServiceDefinition.of(change, ConsulLayout.DEFAULT, Samples.OWNER);
    }

    private static void assertShown(CatalogChange.Register change, JsonNode service) {
        ServiceEntry entry = entryOf(change);
        assertThat(service.path("ServiceID").asText()).isEqualTo(entry.id());
        assertThat(service.path("ServiceName").asText()).isEqualTo(entry.name());
        assertThat(service.path("ServiceTags")).isEqualTo(JSON.valueToTree(entry.tags()));
        assertThat(service.path("ServiceMeta")).isEqualTo(JSON.valueToTree(entry.meta()));
        assertThat(service.path("ServiceAddress").asText()).isEqualTo(entry.address());
        assertThat(service.path("ServicePort").asInt()).isEqualTo(entry.port());
        assertThat(service.path("ServiceEnableTagOverride").asBoolean(true)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void showsEveryFieldOfTheNodesItRegisters(Mode mode) {
        List<CatalogChange> changes = Stream.of("plain", "ns/a/b", "with space", "zürich-東京-😀", "a?b#c%2F", "a/")
                .<CatalogChange>map(id -> Samples.register(Samples.node(
                        mode + id, Map.of("health", "http://u:p@[::1]:8080/h", "api", "http://x/"), "stamp", "größe")))
                .toList();

        assertThat(write(mode, changes).applied()).hasSize(6);

        for (CatalogChange change : changes) {
            eventually().untilAsserted(() -> assertShown(
                    (CatalogChange.Register) change, consul.service("onex-effect", change.nodeId())));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void showsANodeThatNobodyCanCallAsCriticalAndSaysWhy(Mode mode) {
        CatalogChange.Register change = new CatalogChange.Register(
                Samples.node(mode + "-mute", Map.of()), Samples.VERSION, CheckStatus.PASSING);

        assertThat(write(mode, change).complete()).isTrue();

        eventually().untilAsserted(() -> {
            JsonNode service = consul.service("onex-effect", change.nodeId());
            assertShown(change, service);
            assertThat(service.path("ServiceAddress").asText("none")).isEmpty();
            assertThat(service.path("ServicePort").asInt(-1)).isZero();
            JsonNode check = consul.check("onex-effect", change.nodeId());
            assertThat(check.path("Status").asText()).isEqualTo("critical");
            // the agent passes an output on with the next change of the status only
            assertThat(check.path(mode == Mode.AGENT ? "Notes" : "Output").asText()).contains("callable address");
        });
    }

    /** The agent's own index knows case, the catalog's does not. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void showsNodesBesideEachOtherWhoseIdsFoldToTheSameAndRemovesOneWithoutTheOthers(Mode mode) {
        List<String> ids =
                Stream.of("edge-8", "Edge-8", "EDGE-8", "\u212Aelvin", "Kelvin", "kelvin", "\u0130x", "Ix", "ix")
                        .map(id -> "fold-" + mode.name().toLowerCase(Locale.ROOT) + "-" + id)
                        .toList();
        List<CatalogChange.Register> changes = ids.stream()
                .map(id -> Samples.register(Samples.node(id, Map.of("api", "http://10.0.0." + (ids.indexOf(id) + 1)))))
                .toList();

        assertThat(write(mode, List.copyOf(changes)).applied()).hasSize(ids.size());
        eventually().untilAsserted(() -> assertThat(changes)
                .allSatisfy(change -> assertShown(change, consul.service("onex-effect", change.nodeId()))));
        assertThat(Samples.entries(catalog(mode)).keySet()).containsAll(ids);

        write(mode, new CatalogChange.Deregister(ids.get(1)), new CatalogChange.Deregister(ids.get(5)));

        List<String> left = ids.stream().filter(id -> ids.indexOf(id) != 1 && ids.indexOf(id) != 5).toList();
        eventually().untilAsserted(() -> assertThat(Samples.entries(catalog(mode)).keySet())
                .containsAll(left).doesNotContain(ids.get(1), ids.get(5)));
        assertThat(left).allSatisfy(id -> assertThat(catalog(mode).instance(id))
                .hasValueSatisfying(one -> assertThat(one.nodeId()).isEqualTo(id)));
        assertThat(catalog(mode).instance(ids.get(1))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void tellsAnEntryUnderTheIdThatItsNodeHadBeforeApartFromTheNodesOwn(Mode mode) {
        String old = "Legacy-" + mode;
        ServiceEntry entry = entryOf(Samples.register(old));
        ObjectNode service = JSON.createObjectNode().put("ID", old).put("Service", entry.name());
        service.set("Meta", JSON.valueToTree(entry.meta()));
        if (mode == Mode.CATALOG) {
            consul.put("/v1/catalog/register", entry("nodebridge", service));
        } else {
            service.remove("Service");
            consul.put("/v1/agent/service/register", service.put("Name", entry.name()));
            eventually().until(() -> consul.get("/v1/agent/services").has(old));
        }

        assertThat(catalog(mode).instance(old)).isEmpty();
        assertThat(Samples.entries(catalog(mode))).doesNotContainKey(old);
        List<CatalogInstance> misplaced = catalog(mode).instances(instance -> true).misplaced().stream()
                .filter(instance -> instance.nodeId().equals(old))
                .toList();
        assertThat(misplaced).extracting(CatalogInstance::serviceId).containsExactly(old);
        write(mode, Samples.register(old));
        assertThat(catalog(mode).remove(misplaced)).isEmpty();
        assertThat(catalog(mode).instance(old)).isPresent();
        assertThat(catalog(mode).instances(instance -> true).misplaced())
                .extracting(CatalogInstance::nodeId).doesNotContain(old);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void replacesWhatIsThere(Mode mode) {
        String nodeId = mode + "-changing";
        write(mode, Samples.register(Samples.node(nodeId, Map.of("health", "http://old:1/"), "old")));
        NodeDescription now = Samples.node(nodeId, Map.of("api", "https://new/"), "new");
        NodeDescription changed = new NodeDescription(
                nodeId, NodeType.COMPUTE, null, now.capabilities(), now.endpoints(), now.metadata(), null, null, null,
                null, null);
        CatalogChange.Register change =
                new CatalogChange.Register(changed, Samples.VERSION, CheckStatus.CRITICAL);

        assertThat(write(mode, change).applied()).containsExactly(nodeId);

        eventually().untilAsserted(() -> {
            assertShown(change, consul.service("onex-compute", nodeId));
            assertThat(consul.service("onex-effect", nodeId).isMissingNode()).isTrue();
            assertThat(consul.check("onex-compute", nodeId).path("Status").asText()).isEqualTo("critical");
        });
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void setsTheCheckOfANodeThatNobodyProbesEachTime(Mode mode) {
        NodeDescription node = Samples.node(mode + "-unprobed", Map.of("api", "http://a/"));
        for (CheckStatus status : List.of(CheckStatus.PASSING, CheckStatus.CRITICAL, CheckStatus.WARNING)) {
            write(mode, new CatalogChange.Register(node, Samples.VERSION, status));

            eventually().untilAsserted(() -> assertThat(
                    consul.check("onex-effect", node.nodeId()).path("Status").asText())
                    .isEqualTo(status.wireName()));
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void deregistersServiceAndCheckOfEveryType(Mode mode) {
        List<String> ids = List.of(mode + "-leaving", mode + "/leaving ü");
        NodeDescription other = Samples.node(ids.get(0), Map.of("health", "http://x/"));
        write(mode, Samples.register(ids.get(1)), Samples.register(new NodeDescription(
                ids.get(0), NodeType.ORCHESTRATOR, null, other.capabilities(), other.endpoints(), other.metadata(),
                null, null, null, null, null)));
        eventually().until(() -> consul.service("onex-effect", ids.get(1)).isObject());
        eventually().until(() -> consul.check("onex-orchestrator", ids.get(0)).isObject());

        CatalogOutcome outcome =
                write(mode, new CatalogChange.Deregister(ids.get(0)), new CatalogChange.Deregister(ids.get(1)));

        assertThat(outcome.applied()).containsExactlyInAnyOrderElementsOf(ids);
        eventually().untilAsserted(() -> {
            assertThat(consul.service("onex-orchestrator", ids.get(0)).isMissingNode()).isTrue();
            assertThat(consul.check("onex-orchestrator", ids.get(0)).isMissingNode()).isTrue();
            assertThat(consul.service("onex-effect", ids.get(1)).isMissingNode()).isTrue();
            assertThat(consul.check("onex-effect", ids.get(1)).isMissingNode()).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void deregistersWhatIsNotThereWithoutError(Mode mode) {
        assertThat(write(mode, new CatalogChange.Deregister("never-" + mode)).applied())
                .containsExactly("never-" + mode);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void readsBackExactlyWhatItWrote(Mode mode) {
        CatalogChange.Register change = new CatalogChange.Register(
                Samples.node(mode + "-read", Map.of("api", "http://host/"), "a", "b"),
                Samples.VERSION, CheckStatus.WARNING);
        write(mode, change);
        GuardedConsul ofAnother = guarded(mode, new OwnerMark("another-registry", Set.of()));

        eventually().untilAsserted(() -> assertThat(Samples.entries(catalog(mode)).get(change.nodeId()))
                .satisfies(instance -> assertThat(instance.shows(entryOf(change))).isTrue())
                .satisfies(instance -> assertThat(instance.status()).isEqualTo(CheckStatus.WARNING)));
        assertThat(Samples.entries(ofAnother)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void givesEntriesWeightsAndTakesThemAwayAgain(Mode mode) {
        CatalogChange.Register change = Samples.register(mode + "-weights");
        assertThat(ServiceWeights.ofStep(7)).isEqualTo(new ServiceWeights(4096, 1280));

        for (Integer step : Arrays.asList(7, 3, null)) {
            CatalogChange.Register weighed = change.with(ServiceWeights.ofStep(step));
            write(mode, weighed);

            eventually().untilAsserted(() -> {
                JsonNode shown = consul.service("onex-effect", change.nodeId()).path("ServiceWeights");
                assertThat(shown.path("Passing").intValue()).isEqualTo(weighed.weights().passing());
                assertThat(shown.path("Warning").intValue()).isEqualTo(weighed.weights().warning());
                for (CatalogInstance read : List.of(
                        catalog(mode).instance(change.nodeId()).orElseThrow(),
                        Samples.entries(catalog(mode)).get(change.nodeId()))) {
                    assertThat(read.shows(entryOf(weighed))).isTrue();
                    assertThat(read.shows(entryOf(change.with(new ServiceWeights(7, 7))))).isFalse();
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void readsBackWhatWasDecidedAboutNodes(Mode mode) {
        CatalogChange.Register weighed =
                Samples.register(mode + "-Decided").with(ServiceWeights.ofStep(2));
        CatalogChange.Register cordoned = CatalogChange.Register.cordoned(
                Samples.node(mode + "-cordoned", Map.of("api", "http://a/")), Samples.VERSION, "disk: failing – ü");
        CatalogChange.Register said = new CatalogChange.Register(
                Samples.node(mode + "-critical", Map.of("api", "http://a/")), Samples.VERSION, CheckStatus.CRITICAL);
        write(mode, weighed, cordoned.with(ServiceWeights.ofStep(9)), said);
        List<String> asked = List.of(
                weighed.nodeId(), mode + "-nobody", cordoned.nodeId(), said.nodeId(), "\uD800");
        ConsulCatalog ofAnother = new ConsulCatalog(
                guarded(mode, new OwnerMark("another-registry", Set.of())), new CatalogCircuit(1), null,
                Samples.OWNER, Samples.defects());

        eventually().untilAsserted(() -> assertThat(
                new ConsulCatalog(catalog(mode), new CatalogCircuit(1), null, Samples.OWNER, Samples.defects())
                        .decisions(asked))
                .containsOnly(
                        Map.entry(weighed.nodeId(), new EntryDecisions(null, ServiceWeights.ofStep(2))),
                        Map.entry(
                                cordoned.nodeId(),
                                new EntryDecisions("disk: failing – ü", ServiceWeights.ofStep(9))),
                        Map.entry(said.nodeId(), new EntryDecisions(null, ServiceWeights.NONE))));
        assertThat(ofAnother.decisions(asked)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void listsTheCordonsThatEntriesOfItsRegistryShowForAnyInstallation(Mode mode) {
        String registry = "cordons-" + mode;
        OwnerMark ours = new OwnerMark(registry, Set.of());
        OwnerMark theirs = new OwnerMark(registry, Set.of());
        theirs.installation("lost-with-its-database");
        ours.installation("made-again");
        OwnerMark another = new OwnerMark(registry + "-2", Set.of());
        String prefix = mode.name().toLowerCase(Locale.ROOT);
        String escaped = mode + "/Zürich 東京 \"`?#%2F";
        String digested = prefix + "-x~" + "0a".repeat(16); // as if it were the service id of another node
        String meshed = prefix + "-meshed-and-cordoned";
        write(mode, theirs, cordoned(prefix + "-cordoned-theirs", "disk: failing – ü"),
                cordoned(escaped, "a \"b\" `c`"));
        write(mode, ours, cordoned(digested, "x"),
                new CatalogChange.Register(
                        Samples.node(prefix + "-only-critical", Map.of("api", "http://a/")), Samples.VERSION,
                        CheckStatus.CRITICAL));
        write(mode, another, cordoned(prefix + "-cordoned-elsewhere", "of another registry"));
        new ConsulCatalog(
                guarded(Samples.connect(settings(mode)), ours), new CatalogCircuit(1), null, ours, Samples.defects())
                .write(List.of(CatalogChange.Register.cordoned(
                        Samples.meshed(meshed, 20000), Samples.VERSION, "with its proxy")));

        GuardedConsul reader = guarded(mode, ours);
        GuardedConsul ofAnother = guarded(mode, another);
        eventually().untilAsserted(() -> {
            assertThat(reader.cordons(100)).isEqualTo(Map.of(
                    prefix + "-cordoned-theirs", "disk: failing – ü",
                    escaped, "a \"b\" `c`",
                    digested, "x",
                    meshed, "with its proxy"));
            assertThat(ofAnother.cordons(100)).containsOnlyKeys(prefix + "-cordoned-elsewhere");
        });
        assertThat(reader.cordons(2)).hasSize(2);

        write(mode, theirs, Samples.register(escaped));
        write(mode, ours, new CatalogChange.Deregister(digested));
        eventually().untilAsserted(() -> assertThat(reader.cordons(100))
                .containsOnlyKeys(prefix + "-cordoned-theirs", meshed));
    }

    private static CatalogChange.Register cordoned(String nodeId, String reason) {
        return CatalogChange.Register.cordoned(
                Samples.node(nodeId, Map.of("api", "http://a/", "health", "http://a/h")), Samples.VERSION, reason);
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void neitherWritesOverNorRemovesAnEntryOfAnotherInstallation(Mode mode) {
        String id = mode.name().toLowerCase(Locale.ROOT) + "-both";
        OwnerMark ours = mark("ours", Set.of());
        OwnerMark theirs = mark("theirs", Set.of());
        assertThat(write(mode, theirs, Samples.register(id)).applied()).containsExactly(id);

        CatalogOutcome refused = write(mode, ours, Samples.register(id), Samples.register(id + "-ours"));
        CatalogOutcome left = write(mode, ours, new CatalogChange.Deregister(id));

        assertThat(refused.applied()).containsExactly(id + "-ours");
        assertThat(refused.refused().get(id)).isEqualTo(ServiceCatalog.FOREIGN + "theirs");
        assertThat(left.applied()).as("there is nothing of ours any more").containsExactly(id);
        eventually().untilAsserted(() -> {
            CatalogInstances seen = guarded(mode, ours).instances(instance -> false);
            assertThat(seen.foreign()).containsEntry(id, "theirs");
            assertThat(seen.nodeIds()).contains(id + "-ours").doesNotContain(id);
        });

        OwnerMark heirs = mark("ours", Set.of("theirs"));
        assertThat(write(mode, heirs, Samples.register(id)).applied()).containsExactly(id);
        eventually().untilAsserted(() -> assertThat(guarded(mode, ours).instance(id).orElseThrow().installation())
                .isEqualTo("ours"));
        write(mode, ours, new CatalogChange.Deregister(id), new CatalogChange.Deregister(id + "-ours"));
        eventually().untilAsserted(() -> assertThat(guarded(mode, ours).instances(instance -> false).nodeIds())
                .doesNotContain(id, id + "-ours"));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void takesAnEntryWithoutAnInstallationForItsOwn(Mode mode) {
        String id = mode.name().toLowerCase(Locale.ROOT) + "-unmarked";
        write(mode, Samples.register(id));
        OwnerMark ours = mark("ours", Set.of());

        assertThat(write(mode, ours, Samples.register(id)).applied()).containsExactly(id);

        eventually().untilAsserted(() -> assertThat(guarded(mode, ours).instance(id).orElseThrow().installation())
                .isEqualTo("ours"));
        write(mode, ours, new CatalogChange.Deregister(id));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void writesOverAnEntryOfADeadInstallationButRemovesNone(Mode mode) {
        String id = mode.name().toLowerCase(Locale.ROOT) + "-heir";
        OwnerMark ours = mark("ours", Set.of());
        String departed = mode.name().toLowerCase(Locale.ROOT) + "-ghost";
        write(mode, mark("dead", Set.of()), Samples.register(id), Samples.register(departed));
        ours.judged(new OtherInstallations(
                Map.of("dead", 7L), Set.of("dead"), System.nanoTime(), Duration.ofMinutes(5).toNanos()));

        assertThat(write(mode, ours, Samples.register(id), new CatalogChange.Deregister(departed)).applied())
                .containsExactlyInAnyOrder(id, departed);

        eventually().untilAsserted(() -> {
            CatalogInstances seen = guarded(mode, ours).instances(instance -> false);
            assertThat(seen.nodeIds()).contains(id).doesNotContain(departed);
            assertThat(seen.foreign()).containsEntry(departed, "dead").doesNotContainKey(id);
        });
        eventually().untilAsserted(() -> assertThat(guarded(mode, ours).mayHaveEntries("dead")).isTrue());
        eventually().untilAsserted(() -> assertThat(guarded(mode, ours).mayHaveEntries("none")).isFalse());
        write(mode, mark("dead", Set.of()), new CatalogChange.Deregister(departed));
        eventually().untilAsserted(() -> assertThat(guarded(mode, ours).mayHaveEntries("dead")).isFalse());
        write(mode, new OwnerMark("shared-registry", Set.of()), Samples.register(departed)); // without a mark
        eventually().untilAsserted(() -> assertThat(guarded(mode, ours).mayHaveEntries("dead")).isTrue());
        write(mode, mark("dead", Set.of()), new CatalogChange.Deregister(departed));
        write(mode, ours, new CatalogChange.Deregister(id));
    }

    private static OwnerMark mark(String installation, Set<String> adopted) {
        OwnerMark owner = new OwnerMark("shared-registry", adopted);
        owner.installation(installation);
        return owner;
    }

    private static GuardedConsul guarded(Mode mode, OwnerMark owner) {
        return guarded(settings(mode), owner);
    }

    private static CatalogOutcome write(Mode mode, OwnerMark owner, CatalogChange... changes) {
        return new ConsulCatalog(guarded(mode, owner), new CatalogCircuit(1), null, owner, Samples.defects())
                .write(List.of(changes));
    }

    private static CatalogOutcome writeMeshed(Mode mode, CatalogChange... changes) {
        return new ConsulCatalog(connect(mode), new CatalogCircuit(1), null, Samples.OWNER, Samples.defects())
                .write(List.of(changes));
    }

    private static GuardedConsul connect(Mode mode) {
        return guarded(Samples.connect(settings(mode)), Samples.OWNER);
    }

    /** As who calls the node by Connect finds its proxy; missing when there is none. */
    private static JsonNode proxyOf(String id) {
        for (JsonNode found : consul.get("/v1/health/connect/onex-effect")) {
            if (found.at("/Service/Proxy/DestinationServiceID").asText().equals(id)) {
                return found;
            }
        }
        return JSON.missingNode();
    }

    private static JsonNode checkOf(JsonNode entry) {
        for (JsonNode check : entry.path("Checks")) {
            if (check.path("CheckID").asText().startsWith("service:")) {
                return check;
            }
        }
        return JSON.missingNode();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void givesANodeASidecarProxyThatFollowsItsCheckAndGoesWithIt(Mode mode) {
        String id = mode.name().toLowerCase(Locale.ROOT) + "-meshed";
        NodeDescription node = Samples.meshed(id, 20000);
        List<CatalogChange.Register> states = List.of(
                new CatalogChange.Register(node, Samples.VERSION, CheckStatus.WARNING),
                CatalogChange.Register.cordoned(node, Samples.VERSION, "under repair"),
                new CatalogChange.Register(node, Samples.VERSION, CheckStatus.PASSING));

        for (CatalogChange.Register state : states) {
            assertThat(writeMeshed(mode, state).applied()).containsExactly(id);

            eventually().untilAsserted(() -> {
                JsonNode proxy = proxyOf(id);
                assertThat(proxy.at("/Service/Kind").asText()).isEqualTo("connect-proxy");
                assertThat(proxy.at("/Service/ID").asText()).isEqualTo(id + "-sidecar-proxy");
                assertThat(proxy.at("/Service/Address").asText()).isEqualTo("127.0.0.1");
                assertThat(proxy.at("/Service/Port").asInt()).isEqualTo(20000);
                assertThat(checkOf(proxy).path("Status").asText()).isEqualTo(state.check().wireName());
                assertThat(consul.check("onex-effect", id).path("Status").asText())
                        .isEqualTo(state.check().wireName());
                if (mode == Mode.CATALOG) {
                    assertThat(checkOf(proxy).path("Output"))
                            .isEqualTo(consul.check("onex-effect", id).path("Output"));
                }
            });
        }
        CatalogInstance read = connect(mode).sidecar(id).orElseThrow();
        assertThat(read.nodeId()).isEqualTo(id);
        assertThat(read.misplaced()).isFalse();
        CatalogInstances all = connect(mode).instances(instance -> instance.shows(entryOf(states.get(0))));
        assertThat(all.sidecars().nodeIds()).contains(id);
        assertThat(all.nodeIds()).contains(id).doesNotContain(id + "-sidecar-proxy");
        assertThat(all.sidecars().unexpected().get(id)).satisfies(entry -> {
            assertThat(entry.proxied()).isEqualTo(new ProxyTarget("onex-effect", id));
            assertThat(entry.status()).isEqualTo(CheckStatus.PASSING);
        });

        write(mode, Samples.register(id + "-other"), new CatalogChange.Deregister(id + "-nobody"));
        assertThat(proxyOf(id).isObject()).as("no other node's change touches it").isTrue();
        assertThat(writeMeshed(mode, Samples.register(id)).applied()).containsExactly(id); // names no port any more
        eventually().untilAsserted(() -> assertThat(proxyOf(id).isMissingNode()).isTrue());
        assertThat(consul.service("onex-effect", id).isObject()).isTrue();

        writeMeshed(mode, states.get(2));
        eventually().untilAsserted(() -> assertThat(proxyOf(id).isObject()).isTrue());
        assertThat(writeMeshed(mode, new CatalogChange.Deregister(id)).applied()).containsExactly(id);
        eventually().untilAsserted(() -> {
            assertThat(proxyOf(id).isMissingNode()).isTrue();
            assertThat(consul.service("onex-effect", id).isMissingNode()).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void touchesNothingOfOthersThatHasTheIdOfASidecarProxy(Mode mode) {
        String id = mode.name().toLowerCase(Locale.ROOT) + "-taken";
        ObjectNode theirs = JSON.createObjectNode().put("ID", id + "-sidecar-proxy").put("Port", 1);
        if (mode == Mode.AGENT) {
            consul.put("/v1/agent/service/register", theirs.put("Name", id + "-theirs"));
        } else {
            ObjectNode entry = JSON.createObjectNode().put("Node", "nodebridge").put("Address", "127.0.0.1");
            consul.put("/v1/catalog/register", entry.set("Service", theirs.put("Service", id + "-theirs")));
        }
        eventually().untilAsserted(() -> assertThat(consul.get("/v1/catalog/service/" + id + "-theirs")).isNotEmpty());

        CatalogOutcome outcome = writeMeshed(mode, Samples.register(Samples.meshed(id, 20000)));

        assertThat(outcome.refused().get(id)).startsWith(ServiceCatalog.SIDECAR).contains("no registry of this id");
        eventually().untilAsserted(() -> assertThat(consul.service("onex-effect", id).isObject()).isTrue());
        assertThat(writeMeshed(mode, Samples.register(id)).applied()).containsExactly(id);
        assertThat(writeMeshed(mode, new CatalogChange.Deregister(id)).applied()).containsExactly(id);
        eventually().untilAsserted(() -> assertThat(consul.service("onex-effect", id).isMissingNode()).isTrue());
        assertThat(consul.get("/v1/catalog/service/" + id + "-theirs")).singleElement()
                .satisfies(left -> assertThat(left.path("ServicePort").intValue()).isEqualTo(1));
        assertThat(connect(mode).sidecar(id)).isEmpty();
    }

    /** Of living ones; those of a dead one are written over, as a node's own entry is. */
    @ParameterizedTest
    @EnumSource(Mode.class)
    void neitherWritesOverNorRemovesASidecarProxyOfAnotherInstallation(Mode mode) {
        String id = mode.name().toLowerCase(Locale.ROOT) + "-both-meshed";
        CatalogChange.Register change = Samples.register(Samples.meshed(id, 20000));
        OwnerMark ours = mark("ours", Set.of());
        writeMeshed(mode, mark("theirs", Set.of()), change);
        // by somebody who knows nothing of its proxy, which so stays alone
        if (mode == Mode.AGENT) {
            consul.put("/v1/agent/service/deregister/" + ServiceId.of(id), JSON.createObjectNode());
        } else {
            consul.put("/v1/catalog/deregister", JSON.createObjectNode()
                    .put("Node", "nodebridge").put("ServiceID", ServiceId.of(id)));
        }

        assertThat(writeMeshed(mode, ours, change).refused().get(id)).startsWith(ServiceCatalog.SIDECAR)
                .endsWith("theirs");
        assertThat(writeMeshed(mode, ours, new CatalogChange.Deregister(id)).applied()).containsExactly(id);
        eventually().untilAsserted(() -> assertThat(proxyOf(id).at("/Service/Meta/registry-installation").asText())
                .isEqualTo("theirs"));
        eventually().untilAsserted(() -> assertThat(guarded(mode, ours).mayHaveEntries("theirs")).isTrue());

        ours.judged(new OtherInstallations(
                Map.of("theirs", 7L), Set.of("theirs"), System.nanoTime(), Duration.ofMinutes(5).toNanos()));
        assertThat(writeMeshed(mode, ours, change).applied()).containsExactly(id);
        eventually().untilAsserted(() -> assertThat(proxyOf(id).at("/Service/Meta/registry-installation").asText())
                .isEqualTo("ours"));
        writeMeshed(mode, ours, new CatalogChange.Deregister(id));
        eventually().untilAsserted(() -> assertThat(proxyOf(id).isMissingNode()).isTrue());
    }

    private static CatalogOutcome writeMeshed(Mode mode, OwnerMark owner, CatalogChange... changes) {
        GuardedConsul guarded = guarded(Samples.connect(settings(mode)), owner);
        return new ConsulCatalog(guarded, new CatalogCircuit(1), null, owner, Samples.defects())
                .write(List.of(changes));
    }

    /** A transaction drops what makes a proxy of a service, and takes it from one that is there. */
    @Test
    void makesAProxyAgainOfWhatATransactionHasMadeAnOrdinaryService() {
        CatalogChange.Register change = Samples.register(Samples.meshed("erased", 20000));
        writeMeshed(Mode.CATALOG, change);
        CatalogInstance before = connect(Mode.CATALOG).sidecar("erased").orElseThrow();
        ObjectNode set = JSON.createObjectNode();
        set.putObject("Service").put("Verb", "set").put("Node", "nodebridge").putObject("Service")
                .put("ID", before.serviceId()).put("Service", before.serviceName()).put("Port", before.port())
                .set("Meta", JSON.valueToTree(before.meta()));
        consul.put("/v1/txn", JSON.createArrayNode().add(set));

        assertThat(proxyOf("erased").isMissingNode()).isTrue();
        assertThat(connect(Mode.CATALOG).sidecar("erased")).hasValueSatisfying(
                entry -> assertThat(entry.proxied()).isNull());

        assertThat(writeMeshed(Mode.CATALOG, change).applied()).containsExactly("erased");
        assertThat(proxyOf("erased").isObject()).isTrue();
        writeMeshed(Mode.CATALOG, new CatalogChange.Deregister("erased"));
    }

    /** As is done with what stays pending: what has happened already is not done again, and what has not is done. */
    @ParameterizedTest
    @EnumSource(names = "WELL", mode = EnumSource.Mode.EXCLUDE)
    void neitherLosesNorDoublesAWriteOfWhichConsulLeavesOpenWhetherItHappened(Write doubtful) throws IOException {
        CatalogChange.Register change = Samples.register(Samples.meshed("doubtful-" + doubtful.ordinal(), 20000));
        String id = change.nodeId();
        boolean made = doubtful != Write.NOT_MADE_AND_ANSWERED_500;
        try (DoubtfulConsul front = new DoubtfulConsul(server)) {
            GuardedConsul guarded = new GuardedConsul(ConsulClient.of(
                    Samples.connect(settings(Mode.CATALOG, front.port(), Duration.ofSeconds(10))), Samples.OWNER,
                    Samples.ANYWHERE));
            ConsulCatalog catalog =
                    new ConsulCatalog(guarded, new CatalogCircuit(1), null, Samples.OWNER, Samples.defects());

            front.does(doubtful);
            assertThat(catalog.write(List.of(change)).unavailable()).containsExactly(id);
            JsonNode first = consul.service("onex-effect", id);
            assertThat(first.isObject()).isEqualTo(made);
            assertThat(proxyOf(id).isMissingNode()).as("nothing after what is in doubt").isTrue();
            front.does(Write.WELL);
            assertThat(catalog.write(List.of(change)).applied()).containsExactly(id);
            JsonNode second = consul.service("onex-effect", id);
            assertThat(proxyOf(id).isObject()).isTrue();
            if (made) {
                assertThat(second).as("to the index").isEqualTo(first);
            }

            front.does(doubtful);
            assertThat(catalog.write(List.of(new CatalogChange.Deregister(id))).unavailable()).containsExactly(id);
            assertThat(proxyOf(id).isMissingNode()).isEqualTo(made);
            front.does(Write.WELL);
            assertThat(catalog.write(List.of(new CatalogChange.Deregister(id))).applied()).containsExactly(id);
            assertThat(consul.service("onex-effect", id).isMissingNode()).isTrue();
            assertThat(proxyOf(id).isMissingNode()).isTrue();
            guarded.close();
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void knowsTheLeader(Mode mode) {
        assertThat(catalog(mode).leader()).startsWith("127.0.0.1:");
    }

    @Test
    void leavesTheIndexOfAnEntryAloneThatIsWrittenAgain() {
        CatalogChange.Register change = Samples.register("written-twice");
        write(Mode.CATALOG, change);
        JsonNode service = consul.service("onex-effect", "written-twice");
        JsonNode check = consul.check("onex-effect", "written-twice");

        write(Mode.CATALOG, change);

        assertThat(consul.service("onex-effect", "written-twice").path("ModifyIndex"))
                .isEqualTo(service.path("ModifyIndex"));
        assertThat(consul.check("onex-effect", "written-twice").path("ModifyIndex"))
                .isEqualTo(check.path("ModifyIndex"));
    }

    @Test
    void putsEntriesUnderAnExternalNodeAndDescribesTheProbe() {
        write(Mode.CATALOG, Samples.register("probed"));

        JsonNode service = consul.service("onex-effect", "probed");
        assertThat(service.path("Node").asText()).isEqualTo("nodebridge");
        assertThat(service.at("/NodeMeta/external-node").asText()).isEqualTo("true");
        assertThat(service.at("/NodeMeta/external-probe").asText()).isEqualTo("false");
        JsonNode check = consul.check("onex-effect", "probed");
        assertThat(check.path("CheckID").asText()).isEqualTo("service:probed");
        assertThat(check.path("Name").asText()).isEqualTo("Node health");
        assertThat(check.path("Status").asText()).isEqualTo("passing");
        assertThat(check.path("Notes").asText()).contains(Samples.REGISTRY_ID);
        assertThat(check.path("Output").asText()).contains(Samples.REGISTRY_ID).contains("passing");
        assertThat(check.at("/Definition/HTTP").asText()).isEqualTo("http://10.9.8.7:8080/health");
        assertThat(check.at("/Definition/Interval").asText()).isEqualTo("10s");
        assertThat(check.at("/Definition/Timeout").asText()).isEqualTo("30s");
    }

    @Test
    void letsTheAgentProbeTheHealthEndpoint() {
        // nothing listens there, so a check that Consul really runs turns critical by itself
        ConsulSettings quick = settings(Mode.AGENT, server.port(), Duration.ofSeconds(1));
        new GuardedConsul(ConsulClient.of(quick, Samples.OWNER, Samples.ANYWHERE))
                .apply(List.of(Samples.register(Samples.node("dead", Map.of("health", "http://127.0.0.1:1/health")))));

        eventually().untilAsserted(() -> {
            JsonNode check = consul.check("onex-effect", "dead");
            assertThat(check.path("CheckID").asText()).isEqualTo("service:dead");
            assertThat(check.path("Type").asText()).isEqualTo("http");
            assertThat(check.path("Status").asText()).isEqualTo("critical");
            assertThat(check.path("Output").asText()).contains("http://127.0.0.1:1/health");
        });
    }

    @Test
    void setsTheCheckItselfWhereTheAgentMayNotProbeAnyMore() {
        CatalogChange change = Samples.register(Samples.node("refused", Map.of("health", "http://127.0.0.1:1/health")));
        ConsulSettings quick = settings(Mode.AGENT, server.port(), Duration.ofSeconds(1));
        new GuardedConsul(ConsulClient.of(quick, Samples.OWNER, Samples.ANYWHERE)).apply(List.of(change));
        eventually().untilAsserted(
                () -> assertThat(consul.get("/v1/agent/checks").at("/service:refused/Output").asText())
                        .contains("127.0.0.1:1"));

        new GuardedConsul(ConsulClient.of(
                quick, Samples.OWNER, AddressAllowList.parse(List.of("10.0.0.0/8")))).apply(List.of(change));

        // three intervals of the probe that was there before
        eventually().during(Duration.ofSeconds(3)).untilAsserted(() -> {
            JsonNode check = consul.get("/v1/agent/checks").path("service:refused");
            assertThat(check.path("Type").asText()).isEqualTo("ttl");
            assertThat(check.path("Status").asText()).isEqualTo("passing");
            assertThat(check.path("Output").asText()).contains("says passing");
        });
    }

    @Test
    void leavesAServiceOfTheAgentAloneThatIsNotOurs() {
        consul.put("/v1/agent/service/register", JSON.createObjectNode().put("ID", "billing").put("Name", "billing"));

        CatalogOutcome registering = write(Mode.AGENT, Samples.register("billing"));
        CatalogOutcome leaving = write(Mode.AGENT, new CatalogChange.Deregister("billing"));

        assertThat(registering.refused()).containsOnlyKeys("billing");
        assertThat(leaving.refused()).containsOnlyKeys("billing");
        assertThat(consul.get("/v1/agent/services").at("/billing/Service").asText()).isEqualTo("billing");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void readsOneEntryWithItsCheckAsAllAreRead(Mode mode) {
        List<String> ids = Stream.of("one", "with \"quotes\"", "`both\" of them`", "ns/a b", "zürich-😀", "a?b#c%2F")
                .map(id -> mode + "-alone-" + id)
                .toList();
        write(mode, ids.stream().<CatalogChange>map(Samples::register).toList());
        Map<String, CatalogInstance> all = Samples.entries(catalog(mode));

        for (String id : ids) {
            assertThat(catalog(mode).instance(id)).as(id).hasValueSatisfying(one -> {
                // the agent's check is on its way to another status by itself
                assertThat(one.status()).isNotNull();
                assertThat(one.shows(entryOf(Samples.register(id)))).isTrue();
                assertThat(one.modifyIndex()).isEqualTo(all.get(id).modifyIndex());
                assertThat(one.consulNode()).isEqualTo(all.get(id).consulNode());
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void findsNoEntryOfANodeThatIsNotThereForAnyId(Mode mode) {
        for (String id : List.of("nobody", "no/../body", ".", "half \uD83D pair")) {
            assertThat(catalog(mode).instance(id)).as(id).isEmpty();
        }
    }

    @Test
    void readsOneEntryThatHasLostItsCheckOrItsOwnerMark() {
        write(Mode.CATALOG, Samples.register("checkless"), Samples.register("unmarked"));
        consul.put("/v1/catalog/deregister", JSON.createObjectNode()
                .put("Node", "nodebridge")
                .put("CheckID", "service:checkless"));
        consul.put("/v1/catalog/register", entry("nodebridge", JSON.createObjectNode()
                .put("ID", "unmarked")
                .put("Service", "billing")));

        assertThat(catalog(Mode.CATALOG).instance("checkless")).hasValueSatisfying(one -> {
            assertThat(one.status()).isNull();
            assertThat(one.serviceName()).isEqualTo("onex-effect");
        });
        assertThat(catalog(Mode.CATALOG).instance("unmarked")).hasValueSatisfying(one -> {
            assertThat(one.meta()).isEmpty();
            assertThat(one.serviceName()).isEqualTo("billing");
        });
    }

    @Test
    void removesEntriesThatAreStillWhatWasReadAndLeavesTheOthers() {
        write(Mode.CATALOG, Samples.register("gone"), Samples.register("changed"), Samples.register("stays"));
        Map<String, CatalogInstance> read = Samples.entries(catalog(Mode.CATALOG));
        write(Mode.CATALOG, Samples.register(Samples.node("changed", Map.of("health", "http://moved:1/h"), "stamp")));

        Map<CatalogInstance, String> left =
                catalog(Mode.CATALOG).remove(List.of(read.get("gone"), read.get("changed")));

        assertThat(left).containsOnlyKeys(read.get("changed"));
        assertThat(left.get(read.get("changed"))).contains("stale");
        assertThat(Samples.entries(catalog(Mode.CATALOG))).containsKeys("changed", "stays").doesNotContainKey("gone");
        assertThat(consul.check("onex-effect", "gone").isMissingNode()).isTrue();
    }

    @Test
    void findsWhatIsOursUnderOtherConsulNodesAndNothingElse() {
        ObjectNode service = JSON.createObjectNode().put("ID", "copy").put("Service", "onex-effect");
        service.putObject("Meta").put("registry-id", Samples.REGISTRY_ID);
        consul.put("/v1/catalog/register", entry("elsewhere", service));
        consul.put("/v1/catalog/register", entry("nodebridge", service.deepCopy().put("ID", "at-home")));
        service.putObject("Meta").put("registry-id", "another");
        consul.put("/v1/catalog/register", entry("elsewhere", service.deepCopy().put("ID", "of-another")));

        // the tests of the other mode leave entries under the agent's own Consul node
        List<CatalogInstance> strays = catalog(Mode.CATALOG).strays().stream()
                .filter(stray -> !stray.consulNode().equals("registry-consul"))
                .toList();

        assertThat(strays).singleElement().satisfies(stray -> {
            assertThat(stray.nodeId()).isEqualTo("copy");
            assertThat(stray.consulNode()).isEqualTo("elsewhere");
        });
        assertThat(catalog(Mode.CATALOG).remove(strays)).isEmpty();
        assertThat(consul.service("onex-effect", "copy").isMissingNode()).isTrue();
        assertThat(consul.service("onex-effect", "of-another").isObject()).isTrue();
    }

    @Test
    void removesFromTheAgentOnlyWhatStillHasOurOwnerMark() {
        write(Mode.AGENT, Samples.register("agent-gone"), Samples.register("agent-taken"));
        Map<String, CatalogInstance> read = Samples.entries(catalog(Mode.AGENT));
        consul.put("/v1/agent/service/register", JSON.createObjectNode().put("ID", "agent-taken").put("Name", "taken"));

        Map<CatalogInstance, String> left =
                catalog(Mode.AGENT).remove(List.of(read.get("agent-gone"), read.get("agent-taken")));

        assertThat(left).containsOnlyKeys(read.get("agent-taken"));
        assertThat(consul.get("/v1/agent/services").has("agent-gone")).isFalse();
        assertThat(consul.get("/v1/agent/services").at("/agent-taken/Service").asText()).isEqualTo("taken");
    }

    private static JsonNode entry(String consulNode, ObjectNode service) {
        return JSON.createObjectNode().put("Node", consulNode).put("Address", "127.0.0.1").set("Service", service);
    }

    @Test
    void writesMoreThanFitsIntoOneTransaction() {
        List<CatalogChange> changes = IntStream.range(0, 500)
                .<CatalogChange>mapToObj(number -> Samples.register("fleet-" + number))
                .toList();

        assertThat(write(Mode.CATALOG, changes).applied()).hasSize(500);
        assertThat(Samples.entries(catalog(Mode.CATALOG)).keySet().stream().filter(id -> id.startsWith("fleet-")))
                .hasSize(500);
    }

    @Test
    void isolatesOnlyTheEntryThatIsTooLargeForARequest() {
        // half a mebibyte is the most that Consul reads of a transaction; it names nobody when there is more
        CatalogChange huge = Samples.register(
                Samples.node("huge", Map.of("health", "http://10.9.8.7/" + "x".repeat(600_000))));
        List<CatalogChange> changes = Stream.concat(
                Stream.of(huge),
                IntStream.range(0, 30).mapToObj(number -> Samples.register("beside-" + number)))
                .toList();

        CatalogOutcome outcome = write(Mode.CATALOG, changes);

        assertThat(outcome.refused()).containsOnlyKeys("huge");
        assertThat(outcome.refused().get("huge")).contains("413");
        assertThat(outcome.applied()).hasSize(30);
        assertThat(consul.service("onex-effect", "beside-29").isObject()).isTrue();
        assertThat(consul.service("onex-effect", "huge").isMissingNode()).isTrue();
    }

    @Test
    void takesTenThousandCharactersOfWhatANodeSaysWithinConsulsLimits() {
        String much = "ü".repeat(10_000);
        NodeDescription node = Samples.node("wordy", Map.of("health", "http://wordy:1/"), much);
        CatalogChange.Register change = Samples.register(new NodeDescription(
                "wordy", NodeType.EFFECT, much, node.capabilities(), node.endpoints(), node.metadata(), much, much,
                much, much, much));

        assertThat(write(Mode.CATALOG, change, Samples.register("terse")).applied()).hasSize(2);

        assertShown(change, consul.service("onex-effect", "wordy"));
    }

    /** PostgreSQL would be refused for ever for a timeline that there is not. */
    @ParameterizedTest
    @ValueSource(strings = {"999999999999999999", "9223372036854775807", "4294967296", "-1", "1e9", "true", "[]"})
    void takesANumberOfAnotherProgramThatNoReplicaCanHaveNotedForNone(String value) throws IOException {
        GuardedConsul catalog = catalog(Mode.CATALOG);
        String key = "main/postgres-timeline/odd";
        consul.put("/v1/kv/node-bridge-registry/" + key, JSON.readTree(value));

        assertThat(catalog.notes("main/postgres-timeline")).isEmpty();
        assertThat(catalog.raise(key, 3)).isEqualTo(3);
        assertThat(catalog.forget(key, 3)).isTrue();
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void keepsTheHighestNumberThatAnyReplicaHasNoted(Mode mode) {
        String key = "main/postgres-timeline/" + mode;
        GuardedConsul one = catalog(mode);
        GuardedConsul two = catalog(mode);

        assertThat(one.raise(key, 2)).isEqualTo(2);
        assertThat(two.raise(key, 1)).as("known by the other").isEqualTo(2);
        assertThat(two.raise(key, 5)).isEqualTo(5);
        assertThat(one.raise(key, 3)).isEqualTo(5);
        assertThat(catalog(mode).raise(key + "/another", 1)).isEqualTo(1);
        assertThat(catalog(mode).notes("main/postgres-timeline")).containsEntry(mode.name(), 5L)
                .containsEntry(mode + "/another", 1L);
        assertThat(catalog(mode).notes("main/postgres")).isEmpty();

        assertThat(one.forget(key, 4)).as("it has changed").isFalse();
        assertThat(one.forget(key, 5)).isTrue();
        assertThat(one.forget(key, 5)).as("it is gone").isFalse();
        assertThat(one.notes("main/postgres-timeline")).containsOnlyKeys(mode + "/another");
        assertThat(one.forget(key + "/another", 1)).isTrue();
    }

    @Test
    void isUnavailableWhileConsulIsDownAndWellAgainAfterwards(@TempDir Path own) {
        ConsulServer stopping = ConsulServer.in(own.resolve("consul"));
        stopping.start();
        try {
            GuardedConsul catalog = new GuardedConsul(ConsulClient.of(
                    settings(Mode.CATALOG, stopping.port(), Duration.ofSeconds(10)), Samples.OWNER,
                    Samples.ANYWHERE));
            ConsulCatalog writer =
                    new ConsulCatalog(catalog, new CatalogCircuit(1), null, Samples.OWNER, Samples.defects());
            assertThat(writer.write(Samples.registers(2)).complete()).isTrue();

            stopping.kill();
            CatalogOutcome down = writer.write(Samples.registers(100));
            stopping.start();

            assertThat(down.applied()).isEmpty();
            assertThat(down.unavailable()).hasSize(100);
            assertThat(down.unavailableReason()).contains("cannot be reached");
            assertThat(writer.write(Samples.registers(100)).applied()).hasSize(100);
            assertThat(Samples.entries(catalog)).hasSize(100);
        } finally {
            stopping.stop();
        }
    }
}
