// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.RegistryArchive;

/** What Consul has yet to confirm, in PostgreSQL. */
class PendingWritesInContainerIT extends InPostgres {

    private static final Duration ANY_AGE = Duration.ofSeconds(-1);
    private static final Duration CLAIM = Duration.ofHours(1);

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @Test
    void arePendingFromAChangeToItsConfirmation() {
        store(NODE.introduced(at(0)));
        assertThat(due()).containsExactly(ID);

        pendingWrites.confirm(Map.of(ID, 1L));
        assertThat(pendingWrites.count()).isZero();
        assertThat(store(NODE.heartbeat(at(1), HealthStatus.HEALTHY)).renewed().get(ID).pendingForCatalog()).isFalse();
        assertThat(store(NODE.introduced(at(2))).only().pendingForCatalog()).isFalse();
        assertThat(pendingWrites.count()).isZero();

        assertThat(store(NODE.heartbeat(at(3), HealthStatus.UNHEALTHY)).renewed().get(ID).pendingForCatalog()).isTrue();
        assertThat(due()).containsExactly(ID);
        assertThat(store(NODE.introduced(at(4))).only().pendingForCatalog()).as("of before").isTrue();
    }

    /** The one that changed it may have written to Consul first, so that Consul holds the older of the two. */
    @Test
    void arePendingAgainWhenAnOlderRevisionIsConfirmedThanTheRowHas() {
        store(NODE.introduced(at(0)));
        store(NODE.departed(at(1)));
        pendingWrites.confirm(Map.of(ID, 2L));

        pendingWrites.confirm(Map.of(ID, 1L));

        assertThat(rows.of(ID).path("revision").asLong()).isEqualTo(3);
        assertThat(due()).containsExactly(ID);
        pendingWrites.confirm(Map.of(ID, 2L));
        assertThat(due()).as("the confirmation of before does not count").containsExactly(ID);
    }

    @Test
    void areClaimedByOneAndAsTheyWereFound() {
        store(NODE.introduced(at(0)), NodeOnTheWire.named("b").introduced(at(0)));

        assertThat(pendingWrites.claim(Map.of(ID, 1L, "b", 2L), CLAIM)).containsExactly(ID);
        assertThat(pendingWrites.claim(Map.of(ID, 1L), CLAIM)).isEmpty();
        assertThat(due()).containsExactly("b");

        pendingWrites.unclaim(List.of(ID));
        assertThat(due()).containsExactlyInAnyOrder(ID, "b");
        assertThat(pendingWrites.claim(Map.of(ID, 1L), Duration.ZERO)).containsExactly(ID);
        assertThat(due()).as("the claim is over").contains(ID);
    }

    @Test
    void restWhileConsulRefusesThemUntilTheNodeChanges() {
        store(NODE.introduced(at(0)));

        pendingWrites.refuse(Map.of(ID, "x".repeat(2_000)), Map.of(ID, 1L));

        assertThat(due()).isEmpty();
        assertThat(pendingWrites.count()).isEqualTo(1);
        assertThat(registrations.find(ID).orElseThrow().catalogError()).hasSize(1_000);
        pendingWrites.refuse(Map.of(ID, "of a revision that is gone"), Map.of(ID, 5L));
        assertThat(registrations.find(ID).orElseThrow().catalogError()).startsWith("x");
        store(NODE.departed(at(1)));
        assertThat(due()).containsExactly(ID);
        assertThat(registrations.find(ID).orElseThrow().catalogError()).isNull();
    }

    @Test
    void goWithTheirRows() {
        store(NODE.introduced(at(0)), NodeOnTheWire.named("b").introduced(at(0)));

        rows.execute("DELETE FROM tool_registrations WHERE tool_id = 'b'");
        assertThat(due()).containsExactly(ID);

        rows.execute("TRUNCATE tool_registrations");
        assertThat(pendingWrites.count()).isZero();
    }

    /** A confirmation waits for no row that somebody changes: that one will be pending. */
    @Test
    void areConfirmedBesideRowsThatAreBeingChanged() throws Exception {
        store(NODE.introduced(at(0)), NodeOnTheWire.named("b").introduced(at(0)));
        try (var other = dataSource.getConnection()) {
            other.setAutoCommit(false);
            try (var change = other.createStatement()) {
                // or PostgreSQL would end it, as it does with a replica that stands still
                change.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
                change.execute("UPDATE tool_registrations SET revision = revision + 1 WHERE tool_id = 'b'");
                pendingWrites.confirm(Map.of(ID, 1L, "b", 1L));
                assertThat(due()).containsExactly("b");
            } finally {
                other.commit();
            }
        }
        assertThat(due()).containsExactly("b");
    }

    private List<String> due() {
        return pendingWrites.due(ANY_AGE, null, List.of(), 10).stream().map(ToolRegistration::nodeId).toList();
    }
}
