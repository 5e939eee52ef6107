// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogOutcome;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.config.ConsulLayout;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.config.ConsulSettings.Mode;
import org.nodebridge.registry.config.value.Secret;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.health.ComponentDefects;
import org.nodebridge.registry.servers.ConsulServer;

/** Both modes against a real Consul that lets nobody do anything without a token. */
class CatalogTokenIT {

    private static final String MANAGEMENT = "5b4a7c1e-3f0d-4a52-9d0e-7f3f0a1c2b3d";
    private static final String OUR_SERVICES = "service_prefix \"onex-\" { policy = \"write\" } ";
    private static final String OUR_NODE = "node \"nodebridge\" { policy = \"write\" } ";
    private static final String UNKNOWN = "0d9c8b7a-1111-4222-8333-444455556666";
    private static final AtomicInteger POLICIES = new AtomicInteger();

    @TempDir
    static Path directory;

    private final ComponentDefects defects = Samples.defects();
    private static ConsulServer server;
    private static ConsulReader consul;

    @BeforeAll
    static void startConsul() {
        server = ConsulServer.in(directory.resolve("consul")).withToken(MANAGEMENT);
        server.start();
        consul = new ConsulReader(server, MANAGEMENT);
    }

    @AfterAll
    static void stopConsul() {
        server.stop();
    }

    /** A token with just these rules. */
    private static String token(String rules) {
        ObjectMapper json = new ObjectMapper();
        String name = "policy-" + POLICIES.incrementAndGet();
        consul.put("/v1/acl/policy", json.createObjectNode().put("Name", name).put("Rules", rules));
        ObjectNode token = json.createObjectNode();
        token.putArray("Policies").addObject().put("Name", name);
        return consul.put("/v1/acl/token", token).path("SecretID").asText();
    }

    /** With more time for an answer than a busy machine takes. */
    private static GuardedConsul catalog(Mode mode, String token) {
        Duration patience = Duration.ofSeconds(30);
        ConsulSettings settings = new ConsulSettings(
                mode, ConsulSettings.Scheme.HTTP, server.host(), server.port(), new Secret(token), "", "", "",
                "nodebridge", Set.of(), Duration.ofMinutes(2), ConsulLayout.DEFAULT, 4, patience, patience,
                Duration.ofSeconds(10));
        return new GuardedConsul(ConsulClient.of(settings, Samples.OWNER, Samples.ANYWHERE));
    }

    private CatalogOutcome write(Mode mode, String token, CatalogChange... changes) {
        GuardedConsul catalog = catalog(mode, token);
        return new ConsulCatalog(catalog, new CatalogCircuit(1), null, Samples.OWNER, defects).write(List.of(changes));
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void blamesNoNodeForAMissingTokenAndSaysWhatItTakes(Mode mode) {
        CatalogOutcome outcome = write(mode, "", Samples.register("n1"), new CatalogChange.Deregister("n2"));

        assertThat(outcome.applied()).isSubsetOf("n2");
        assertThat(outcome.refused()).isEmpty();
        assertThat(outcome.reasonFor("n1")).contains("service:write");
        assertThat(defects.recent("consul")).get().asString().contains("service:write");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void refusesATokenThatConsulDoesNotKnowWithoutQuotingIt(Mode mode) {
        CatalogOutcome outcome = write(mode, UNKNOWN, Samples.register("n1"));

        assertThat(outcome.reasonFor("n1")).contains("ACL").doesNotContain(UNKNOWN);
        assertThat(defects.recent("consul")).get().asString().contains("ACL").doesNotContain(UNKNOWN);
    }

    @Test
    void writesWithTheLeastThatCatalogModeNeeds() {
        String token = token(OUR_SERVICES + OUR_NODE);

        CatalogOutcome outcome = write(
                Mode.CATALOG, token, Samples.register("allowed"), Samples.register("leaving"),
                new CatalogChange.Deregister("gone"));
        CatalogOutcome leaving = write(Mode.CATALOG, token, new CatalogChange.Deregister("leaving"));

        assertThat(outcome.applied()).containsExactlyInAnyOrder("allowed", "leaving", "gone");
        assertThat(leaving.applied()).containsExactly("leaving");
        assertThat(consul.check("onex-effect", "allowed").path("Status").asText()).isEqualTo("passing");
        assertThat(consul.service("onex-effect", "leaving").isMissingNode()).isTrue();
        assertThat(defects.recent("consul")).isEmpty();
    }

    @Test
    void readsBackWithTheLeastThatCatalogModeNeeds() {
        String token = token(OUR_SERVICES + OUR_NODE);
        write(Mode.CATALOG, token, Samples.register("readable"));

        GuardedConsul catalog = catalog(Mode.CATALOG, token);

        assertThat(Samples.entries(catalog).get("readable").status()).isEqualTo(CheckStatus.PASSING);
        assertThat(catalog.instance("readable"))
                .hasValueSatisfying(one -> assertThat(one.status()).isEqualTo(CheckStatus.PASSING));
        assertThat(catalog.instance("nobody")).isEmpty();
    }

    @Test
    void notesNumbersWhereTheTokenMayAndElseSaysWhatItTakes() {
        GuardedConsul may = catalog(Mode.CATALOG, token("key_prefix \"node-bridge-registry/\" { policy = \"write\" }"));
        GuardedConsul mayNot = catalog(Mode.CATALOG, token(OUR_SERVICES + OUR_NODE));

        assertThat(may.raise("main/number", 3)).isEqualTo(3);
        assertThatThrownBy(() -> mayNot.raise("main/number", 4)).isInstanceOf(CatalogRefusedException.class)
                .hasMessageContaining("key:write").hasMessageNotContaining("service:write");
        assertThat(may.raise("main/number", 1)).isEqualTo(3);
    }

    @Test
    void blamesNoNodeWhenTheConsulNodeIsNotToBeWritten() {
        CatalogOutcome outcome = write(
                Mode.CATALOG, token(OUR_SERVICES),
                Samples.register("n1"), Samples.register("n2"));

        assertThat(outcome.unavailable()).containsExactlyInAnyOrder("n1", "n2");
        assertThat(outcome.reasonFor("n2")).contains("nodebridge").contains("node:write");
        assertThat(defects.recent("consul")).get().asString().contains("node:write");
    }

    @Test
    void refusesOnlyTheTypesThatAreNotToBeWritten() {
        String token = token("service \"onex-effect\" { policy = \"write\" } " + OUR_NODE);
        CatalogChange.Register effect = Samples.register("permitted");
        CatalogChange.Register reducer = Samples.register(new NodeDescription(
                "forbidden", NodeType.REDUCER, null, effect.node().capabilities(),
                effect.node().endpoints(), effect.node().metadata(), null, null, null, null, null));

        CatalogOutcome outcome = write(Mode.CATALOG, token, effect, reducer);

        assertThat(outcome.applied()).containsExactly("permitted");
        assertThat(outcome.refused().get("forbidden")).contains("service:write");
    }

    @Test
    void writesWithTheLeastThatAgentModeNeeds() {
        String token = token(OUR_SERVICES + "agent_prefix \"\" { policy = \"read\" }");

        Stream.of(CheckStatus.PASSING, CheckStatus.WARNING)
                .map(status -> new CatalogChange.Register(Samples.node("by-agent", Map.of()), Samples.VERSION, status))
                .forEach(change -> assertThat(write(Mode.AGENT, token, change).applied()).containsExactly("by-agent"));

        assertThat(write(Mode.AGENT, token, new CatalogChange.Deregister("by-agent")).applied())
                .containsExactly("by-agent");
    }

    @ParameterizedTest
    @EnumSource(Mode.class)
    void refusesToReadWithATokenThatConsulDoesNotKnow(Mode mode) {
        GuardedConsul catalog = catalog(mode, UNKNOWN);

        assertThatThrownBy(() -> Samples.entries(catalog)).isInstanceOf(CatalogRefusedException.class);
    }
}
