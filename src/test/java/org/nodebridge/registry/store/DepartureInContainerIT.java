// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.RegistryArchive;

/** Departures under the version guard, and the tombstones they leave, in PostgreSQL. */
class DepartureInContainerIT extends InPostgres {

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @Test
    void leavesATombstoneThatOnlyANewerIntroductionRevives() {
        store(NODE.introduced(at(0)));

        assertThat(store(NODE.departed(at(10))).only())
                .isEqualTo(new StoredEvent(ID, Outcome.UPDATED, null, 2, true, "passing"));
        assertThat(status(ID)).isEqualTo("departed");
        assertThat(rows.of(ID).path("status_reason").asText()).isEqualTo("graceful_shutdown");
        assertThat(outcome(NODE.introduced(at(9)))).isEqualTo(Outcome.STALE);
        assertThat(status(ID)).isEqualTo("departed");

        assertThat(outcome(NODE.introduced(at(11)))).isEqualTo(Outcome.CREATED);
        assertThat(status(ID)).isEqualTo("active");
        assertThat(rows.of(ID).path("status_reason").isNull()).isTrue();
    }

    @Test
    void leavesATombstoneOfANodeNeverHeardOf() {
        StoredEvent departed = store(NODE.departed(at(10))).only();

        assertThat(departed).isEqualTo(new StoredEvent(ID, Outcome.UNCHANGED, null, 1, false, "passing"));
        assertThat(outcome(NODE.introduced(at(9)))).isEqualTo(Outcome.STALE);
        assertThat(status(ID)).isEqualTo("departed");
        assertThat(registrations.page(RegistrationFilter.ANY, RegistrationOrder.BY_NODE_ID, null, 10, 1_000_000).rows())
                .isEmpty();
    }

    @Test
    void departsANodeWhoseDepartureNamesNoType() {
        store(NODE.introduced(at(0)));

        StoredBatch stored = store(
                NODE.departedWithoutType(at(1)), NodeOnTheWire.named("unknown").departedWithoutType(at(1)));

        assertThat(stored.departed().get(ID)).isEqualTo(new StoredEvent(ID, Outcome.UPDATED, null, 2, true, "passing"));
        assertThat(stored.departed().get("unknown"))
                .isEqualTo(new StoredEvent("unknown", Outcome.UNCHANGED, null, 1, false, "passing"));
        assertThat(status(ID)).isEqualTo("departed");
        assertThat(status("unknown")).isEqualTo("departed");
        assertThat(outcome(NodeOnTheWire.named("unknown").introduced(at(0)))).isEqualTo(Outcome.STALE);
    }

    @Test
    void drainsANodeThatWillBeBackAndTakesItBack() {
        store(NODE.introduced(at(0)));
        JsonNode before = rows.of(ID);

        store(NODE.backIn(Duration.ofMinutes(10), at(1)));
        assertThat(status(ID)).isEqualTo("draining");
        assertThat(rows.time(ID, "lease_expires_at"))
                .isEqualTo(at(1).eventTime().plus(settings.leases().ttl("effect")).plus(Duration.ofMinutes(10)));
        store(NODE.heartbeat(at(2), null));
        assertThat(status(ID)).isEqualTo("draining");

        assertThat(outcome(NODE.introduced(at(3)))).isEqualTo(Outcome.UPDATED);
        assertThat(status(ID)).isEqualTo("active");
        assertThat(rows.of(ID).path("registered_at")).isEqualTo(before.path("registered_at"));
    }
}
