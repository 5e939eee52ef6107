// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.nodebridge.registry.incontainer.NodeOnTheWire.at;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.cordon.CordonRepository;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.incontainer.NodeOnTheWire;
import org.nodebridge.registry.incontainer.RegistryArchive;

/** Nodes whose rows were lost with their cordons, and what they get back in PostgreSQL when they are stored again. */
class LostCordonsInContainerIT extends InPostgres {

    private static final Map<String, String> SHOWN = Map.of(ID, "disk is failing", "elsewhere", "why");

    @Inject
    private RegistrationStore store;

    @Inject
    private CordonRepository cordons;

    @Inject
    private ForgottenNodesRepository forgotten;

    @Deployment
    static WebArchive registry() {
        return RegistryArchive.shared();
    }

    @Test
    void areCordonedByTheTransactionThatRegistersThem() {
        StoredBatch stored = replay(NODE.introduced(at(0)), NodeOnTheWire.named("other").introduced(at(0)));

        assertThat(stored.cordonedAgain()).containsExactly(ID);
        assertThat(stored.introduced().get(ID).cordoned()).isTrue();
        assertThat(stored.introduced().get("other").cordoned()).isFalse();
        JsonNode row = rows.of(ID);
        assertThat(row.path("cordon_reason").textValue()).isEqualTo("disk is failing");
        assertThat(row.path("cordoned_by").textValue()).isEqualTo("replay:topic");
        assertThat(row.path("cordoned_at").isNull()).isFalse();
        assertThat(row.path("cordoned_until").isNull()).as("Consul does not say until when").isTrue();
        assertThat(row.path("revision").longValue()).isEqualTo(stored.introduced().get(ID).revision());
        assertThat(row.path("pending").booleanValue()).isTrue();
        assertThat(history()).containsExactly("registered", "cordoned");
        assertThat(rows.texts("SELECT actor || ' ' || COALESCE(reason, '') FROM registration_history"
                + " WHERE tool_id = '" + ID + "' AND change = 'cordoned'"))
                .containsExactly("replay:topic disk is failing");
        assertThat(rows.number("SELECT count(DISTINCT xmin::text) FROM registration_history")).isEqualTo(1);
        assertThat(rows.of("other").path("cordoned_at").isNull()).isTrue();
        assertThat(cordons.reasons(10)).isEqualTo(Map.of(ID, "disk is failing"));
    }

    @Test
    void areLeftAsTheyAreWhereTheirRowsAreNotLost() {
        EventVersion version = at(0);
        store(NODE.introduced(version));

        replay(NODE.introduced(version));
        replay(NODE.capableOf("sign").introduced(at(1)));
        replay(NODE.introduced(at(-1)));

        assertThat(rows.of(ID).path("cordoned_at").isNull()).isTrue();
        assertThat(history()).doesNotContain("cordoned");
    }

    @Test
    void getNothingTwiceWhereTheyAreGivenAgain() {
        NodeEvent event = NODE.introduced(at(0));
        replay(event);
        JsonNode before = rows.of(ID);

        assertThat(replay(event).cordonedAgain()).isEmpty();
        replay(NODE.departed(at(1)));
        replay(NODE.introduced(at(2)));

        assertThat(rows.of(ID).path("cordoned_at")).isEqualTo(before.path("cordoned_at"));
        assertThat(history()).containsExactly("registered", "cordoned", "departed", "registered");
    }

    @Test
    void keepTheReasonOfATombstone() {
        store(NODE.introduced(at(0)));
        cordons.cordon(List.of(ID), "another reason", null, "user:operator", null);
        store(NODE.departed(at(1)));

        assertThat(replay(NODE.introduced(at(2))).cordonedAgain()).isEmpty();

        assertThat(rows.of(ID).path("cordon_reason").textValue()).isEqualTo("another reason");
    }

    @Test
    void areCordonedAgainWhereTheHistorySaysThatTheyWere() {
        store(NODE.introduced(at(0)));
        cordons.cordon(List.of(ID), "first", null, "user:operator", null);
        cordons.uncordon(List.of(ID), "user:operator", null);
        cordons.cordon(List.of(ID), "disk is failing", null, "user:operator", null);
        loseRows();

        assertThat(replay(NODE.introduced(at(0))).cordonedAgain()).containsExactly(ID);
    }

    /** Consul may still show the cordon: it was unavailable when the operator ended it. */
    @Test
    void areNotCordonedAgainWhereAnOperatorHasEndedThat() {
        store(NODE.introduced(at(0)));
        cordons.cordon(List.of(ID), "disk is failing", null, "user:operator", null);
        cordons.uncordon(List.of(ID), "user:operator", null);
        loseRows();

        assertThat(replay(NODE.introduced(at(0))).cordonedAgain()).isEmpty();
        assertThat(rows.of(ID).path("cordoned_at").isNull()).isTrue();

        rows.execute("DELETE FROM registration_history");
        loseRows();
        replay(NODE.introduced(at(0)));
        cordons.uncordon(List.of(ID), "user:operator", null);
        replay(NODE.introduced(at(0)));
        replay(NODE.departed(at(1)));
        replay(NODE.introduced(at(2)));
        loseRows();
        replay(NODE.introduced(at(0)));

        assertThat(rows.of(ID).path("cordoned_at").isNull()).isTrue();
    }

    @Test
    void areNotCordonedAgainWhereTheyWereForgotten() {
        store(NODE.introduced(at(0)));
        cordons.cordon(List.of(ID), "disk is failing", null, "user:operator", null);
        forgotten.forget(ID, "user:operator", null);

        assertThat(replay(NODE.introduced(at(0))).cordonedAgain()).isEmpty();
    }

    private StoredBatch replay(NodeEvent... events) {
        List<NodeEvent> replayed = List.of(events).stream()
                .<NodeEvent>map(event -> ((NodeEvent.OfNode) event).by("replay:topic"))
                .toList();
        return store.store(replayed, SHOWN).stored();
    }

    private void loseRows() {
        rows.execute("DELETE FROM tool_registrations");
    }

    private List<String> history() {
        return rows.texts(
                "SELECT change FROM registration_history WHERE tool_id = '" + ID + "' ORDER BY revision");
    }
}
