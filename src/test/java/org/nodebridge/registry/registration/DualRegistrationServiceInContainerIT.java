// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.ConsulSettings;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.incontainer.Discovery;
import org.nodebridge.registry.incontainer.InOneDeployment;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.RecordedAnnouncements;
import org.nodebridge.registry.incontainer.RegistryArchive;
import org.nodebridge.registry.incontainer.Rows;
import org.nodebridge.registry.registration.RegistrationResult.Status;
import org.nodebridge.registry.store.Outcome;
import org.nodebridge.registry.store.SchemaMigration;

/** One registration and one batch, with both stores up. Each test has nodes of its own. */
@InOneDeployment
@ArquillianTest
class DualRegistrationServiceInContainerIT {

    /** More than the column of the node's id holds. */
    private static final NodeOnTheWire TOO_LONG = NodeOnTheWire.named("z".repeat(256));

    @Inject
    private DualRegistrationService service;

    @Inject
    private ManualRegistrations manual;

    @Inject
    private RecordedAnnouncements announcements;

    @Inject
    private SchemaMigration migration;

    @Inject
    private ConsulSettings consul;

    @Resource(lookup = "jdbc/registry")
    private DataSource dataSource;

    private Rows rows;
    private Discovery discovery;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @BeforeEach
    void migrate() {
        migration.migrate();
        rows = new Rows(dataSource);
        discovery = new Discovery(consul);
    }

    private JsonNode inConsul(NodeOnTheWire node) {
        return discovery.of(node);
    }

    private static void assertDone(RegistrationResult result, Outcome outcome) {
        assertThat(result.status()).isEqualTo(Status.SUCCESS);
        assertThat(result.outcome()).isEqualTo(outcome);
        assertThat(result.consulRegistered()).isTrue();
        assertThat(result.postgresRegistered()).isTrue();
        assertThat(result.registrationTimeMs()).isPositive();
        assertThat(result.message()).isNull();
    }

    @Test
    void registersANodeInBothStores() {
        NodeOnTheWire node = NodeOnTheWire.named("both");

        RegistrationResult result = manual.register(node.introduced(at(1)));

        assertDone(result, Outcome.CREATED);
        assertThat(result.registeredNodeId()).isEqualTo("both");
        JsonNode row = rows.of("both");
        assertThat(row.path("status").asText()).isEqualTo("active");
        assertThat(row.path("pending").booleanValue()).as("pending").isFalse();
        JsonNode service = inConsul(node);
        assertThat(service.path("ServiceAddress").asText()).isEqualTo("node.test");
        assertThat(service.path("ServicePort").asInt()).isEqualTo(8080);
        assertThat(service.path("ServiceTags").toString()).contains("\"capability:hash\"");
    }

    @Test
    void saysWhatEachFurtherRegistrationDid() {
        NodeOnTheWire node = NodeOnTheWire.named("further");
        manual.register(node.introduced(at(1)));

        assertDone(manual.register(node.introduced(at(2))), Outcome.UNCHANGED);
        assertDone(manual.register(node.capableOf("sign").introduced(at(3))), Outcome.UPDATED);
        assertThat(inConsul(node).path("ServiceTags").toString()).contains("\"capability:sign\"")
                .doesNotContain("hash");
    }

    @Test
    void claimsNothingForAnOlderEvent() {
        NodeOnTheWire node = NodeOnTheWire.named("stale");
        manual.register(node.introduced(at(2)));

        RegistrationResult result = manual.register(node.capableOf("old").introduced(at(1)));

        assertThat(result.status()).isEqualTo(Status.ERROR);
        assertThat(result.outcome()).isEqualTo(Outcome.STALE);
        assertThat(result.consulRegistered()).isFalse();
        assertThat(result.postgresRegistered()).isFalse();
        assertThat(result.message()).contains("newer");
        assertThat(inConsul(node).path("ServiceTags").toString()).doesNotContain("old");
    }

    @Test
    void deregistersANodeFromBothStoresAndTakesItBack() {
        NodeOnTheWire node = NodeOnTheWire.named("leaving");
        manual.register(node.introduced(at(1)));

        RegistrationResult deregistered = manual.deregister(node.departed(at(2)));

        assertThat(deregistered.status()).isEqualTo(Status.SUCCESS);
        assertThat(deregistered.outcome()).isEqualTo(Outcome.DEREGISTERED);
        assertThat(deregistered.consulRegistered()).isFalse();
        assertThat(deregistered.postgresRegistered()).isFalse();
        assertThat(rows.of("leaving").path("status").asText()).isEqualTo("departed");
        assertThat(inConsul(node).isMissingNode()).isTrue();

        assertDone(manual.register(node.introduced(at(3))), Outcome.CREATED);
        assertThat(inConsul(node).isObject()).isTrue();
    }

    @Test
    void claimsNothingForANodeThatPostgresRefuses() {
        RegistrationResult result = manual.register(TOO_LONG.introduced(at(1)));

        assertThat(result.status()).isEqualTo(Status.ERROR);
        assertThat(result.consulRegistered()).isFalse();
        assertThat(result.postgresRegistered()).isFalse();
        assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(result.message()).contains("refused");
        assertThat(inConsul(TOO_LONG).isMissingNode()).isTrue();
        assertThat(announcements.announced()).isEmpty();
    }

    /** PostgreSQL takes an empty id, as another program may write one; Consul would take the service's name for it. */
    @Test
    void saysEachTimeThatConsulRefusesANode() {
        NodeOnTheWire nameless = NodeOnTheWire.named("");
        Introduced first = nameless.introduced(at(1));

        assertRefusedByConsul(manual.register(first), Outcome.CREATED);
        assertRefusedByConsul(manual.register(first), Outcome.UNCHANGED);
        assertRefusedByConsul(manual.register(nameless.introduced(at(2))), Outcome.UNCHANGED);
        assertRefusedByConsul(manual.register(nameless.capableOf("sign").introduced(at(3))), Outcome.UPDATED);
    }

    private void assertRefusedByConsul(RegistrationResult result, Outcome outcome) {
        assertThat(result.outcome()).isEqualTo(outcome);
        assertThat(result.postgresRegistered()).isTrue();
        assertThat(result.consulRegistered()).isFalse();
        assertThat(result.status()).isEqualTo(Status.PARTIAL);
        assertThat(result.message()).contains("the node id is empty");
        JsonNode row = rows.of("");
        assertThat(row.path("pending").booleanValue()).isTrue();
        assertThat(row.path("refusal").asText()).contains("the node id is empty");
        rows.execute("UPDATE pending_writes SET refusal = NULL WHERE tool_id = ''");
    }

    private static Introduced introduced(NodeDescription node, EventVersion version) {
        return new Introduced(node, version, version.eventTime(), null, Set.of());
    }

    @Test
    void registersTheOtherFortyNineWhenPostgresRefusesOneOfABatch() {
        List<NodeOnTheWire> good = IntStream.range(0, 49)
                .mapToObj(number -> NodeOnTheWire.named("batch-" + number))
                .toList();
        Introduced bad = TOO_LONG.introduced(at(1));
        List<NodeEvent> events = new ArrayList<>();
        good.forEach(node -> events.add(node.introduced(at(1))));
        events.add(17, bad);

        BatchResult result = service.apply(events);
        assertThat(result.awaitPublished().complete()).isTrue();

        assertThat(result.committed()).isTrue();
        assertThat(result.obstacle()).isNull();
        assertThat(result.refused()).containsOnlyKeys(bad);
        assertThat(rows.number("SELECT count(*) FROM tool_registrations WHERE tool_id LIKE 'batch-%'"
                + " AND status = 'active' AND tool_id NOT IN (SELECT tool_id FROM pending_writes)"))
                .isEqualTo(49);
        for (NodeOnTheWire node : good) {
            assertThat(inConsul(node).isObject()).isTrue();
        }
    }

    @Test
    void registersWhatANodeSaidBeforeWhatPostgresRefuses() {
        NodeOnTheWire node = NodeOnTheWire.named("refused-later");
        NodeDescription said = node.description();
        Introduced bad = introduced(
                new NodeDescription(
                        said.nodeId(), said.type(), null, said.capabilities(),
                        Map.of("health", "http://node.test/" + "x".repeat(500)), said.metadata(), null, null, null,
                        null, null),
                at(2));

        BatchResult result = service.apply(List.of(node.introduced(at(1)), bad));
        result.awaitPublished();

        assertThat(result.committed()).isTrue();
        assertThat(result.refused()).containsOnlyKeys(bad);
        assertThat(rows.of(node.nodeId()).path("status").asText()).isEqualTo("active");
        assertThat(inConsul(node).path("ServicePort").asInt()).isEqualTo(8080);
    }

    @Test
    void refusesOfSeveralEventsWithOneEventIdOnlyTheOneThatPostgresRefuses() {
        NodeOnTheWire good = NodeOnTheWire.named("same-event-id");
        Introduced bad = TOO_LONG.introduced(at(1));
        Introduced introduced = good.introduced(at(1));
        Introduced same = new Introduced(
                introduced.node(), bad.version(), introduced.receivedAt(), introduced.correlationId(),
                introduced.leniencies());

        BatchResult result = service.apply(List.of(same, bad));
        result.awaitPublished();

        assertThat(result.refused().keySet()).singleElement().isSameAs(bad);
        assertThat(rows.of("same-event-id").path("status").asText()).isEqualTo("active");
    }

    @Test
    void registersWhatANodeSaidBeforeSeveralThatPostgresRefuses() {
        NodeOnTheWire node = NodeOnTheWire.named("refused-twice");
        NodeDescription said = node.description();
        NodeDescription tooLong = new NodeDescription(
                said.nodeId(), said.type(), null, said.capabilities(),
                Map.of("health", "http://node.test/" + "x".repeat(500)), said.metadata(), null, null, null, null, null);

        BatchResult result = service.apply(
                List.of(introduced(tooLong, at(3)), node.introduced(at(1)), introduced(tooLong, at(2))));
        result.awaitPublished();

        assertThat(result.refused()).hasSize(2);
        assertThat(rows.of("refused-twice").path("status").asText()).isEqualTo("active");
    }

    @Test
    void appliesABatchOfEveryKindOfEvent() {
        NodeOnTheWire staying = NodeOnTheWire.named("mixed-staying");
        NodeOnTheWire leaving = NodeOnTheWire.named("mixed-leaving");
        // what Consul says of the first must not come between the second's row and its way to Consul: the row would be
        // pending again, and nothing here repairs that
        service.apply(List.of(staying.introduced(at(1)), leaving.introduced(at(1)))).awaitPublished();

        BatchResult result = service.apply(List.of(
                leaving.departed(at(2)),
                staying.heartbeat(at(2), HealthStatus.CRITICAL),
                NodeOnTheWire.named("mixed-coming").introduced(at(2))));
        result.awaitPublished();

        assertThat(result.committed()).isTrue();
        assertThat(result.refused()).isEmpty();
        assertThat(inConsul(leaving).isMissingNode()).isTrue();
        assertThat(inConsul(NodeOnTheWire.named("mixed-coming")).isObject()).isTrue();
        assertThat(rows.of("mixed-staying").path("check_status").asText()).isEqualTo("critical");
        assertThat(rows.of("mixed-staying").path("pending").booleanValue()).isFalse();
    }
}
