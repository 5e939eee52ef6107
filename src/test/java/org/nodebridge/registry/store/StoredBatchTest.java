// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.store.History.Noted;

class StoredBatchTest {

    private static final EventVersion VERSION = new EventVersion(null, Instant.EPOCH, new UUID(0, 1));
    private static final NodeDescription NODE = new NodeDescription(
            "node", NodeType.EFFECT, null, new ObjectMapper().createObjectNode(), Map.of(),
            new ObjectMapper().createObjectNode(), null, null, null, null, null);
    private static final RegistrationBatch EVENTS = new RegistrationBatch(
            List.of(new Introduced(NODE, VERSION, Instant.EPOCH, "c-1", Set.of()).by("kafka:introspections")),
            List.of(),
            List.of(new Heartbeat(
                    "node", NodeType.EFFECT, null, null, null, null, null, VERSION, Instant.EPOCH, "c-2", Set.of())
                    .by("kafka:heartbeats")));

    @Test
    void aHeartbeatBesideAnIntroductionThatChangedTheRowIsNoChangeOfItsOwn() {
        // the history is written from the row as both have left it
        assertThat(batch(event(Outcome.CREATED, 1), event(Outcome.UPDATED, 1)).changes(EVENTS))
                .isEqualTo(List.of(new Noted("node", "registered", "kafka:introspections", "c-1")));
        assertThat(batch(event(Outcome.UPDATED, 4), event(Outcome.UPDATED, 5)).changes(EVENTS))
                .isEqualTo(List.of(new Noted("node", "updated", "kafka:introspections", "c-1")));
    }

    @Test
    void aHeartbeatThatChangesTheCheckIsAChangeBesideAnIntroductionThatSaysNothingNew() {
        assertThat(batch(event(Outcome.UNCHANGED, 4), event(Outcome.UPDATED, 5)).changes(EVENTS))
                .isEqualTo(List.of(new Noted("node", "health", "kafka:heartbeats", "c-2")));
        assertThat(batch(event(Outcome.STALE, 4), event(Outcome.UPDATED, 5)).changes(EVENTS))
                .isEqualTo(List.of(new Noted("node", "health", "kafka:heartbeats", "c-2")));
    }

    @Test
    void aCordonThatWasGivenBackStaysSoWhateverIsDoneNext() {
        StoredBatch cordoned =
                batch(event(Outcome.CREATED, 1), event(Outcome.UNCHANGED, 1)).withCordons(Set.of("node"));

        StoredBatch all = cordoned.then(batch(event(Outcome.UPDATED, 2), event(Outcome.UNCHANGED, 2)));

        assertThat(cordoned.introduced().get("node").cordoned()).isTrue();
        assertThat(all.cordonedAgain()).containsExactly("node");
        assertThat(all.without(Set.of("node")).cordonedAgain()).containsExactly("node");
    }

    private static StoredBatch batch(StoredEvent introduced, StoredEvent renewed) {
        return new StoredBatch(Map.of("node", introduced), Map.of(), Map.of("node", renewed));
    }

    private static StoredEvent event(Outcome outcome, long revision) {
        return new StoredEvent("node", outcome, null, revision, true, "passing");
    }
}
