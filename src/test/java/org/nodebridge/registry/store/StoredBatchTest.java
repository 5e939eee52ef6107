// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoredBatchTest {

    @Test
    void aHeartbeatBesideAnIntroductionThatChangedTheRowIsNoChangeOfItsOwn() {
        // the history is written from the row as both have left it
        assertThat(batch(event(Outcome.CREATED, 1), event(Outcome.UPDATED, 1)).changes())
                .isEqualTo(List.of(Map.entry("node", "registered")));
        assertThat(batch(event(Outcome.UPDATED, 4), event(Outcome.UPDATED, 5)).changes())
                .isEqualTo(List.of(Map.entry("node", "updated")));
    }

    @Test
    void aHeartbeatThatChangesTheCheckIsAChangeBesideAnIntroductionThatSaysNothingNew() {
        assertThat(batch(event(Outcome.UNCHANGED, 4), event(Outcome.UPDATED, 5)).changes())
                .isEqualTo(List.of(Map.entry("node", "health")));
        assertThat(batch(event(Outcome.STALE, 4), event(Outcome.UPDATED, 5)).changes())
                .isEqualTo(List.of(Map.entry("node", "health")));
    }

    private static StoredBatch batch(StoredEvent introduced, StoredEvent renewed) {
        return new StoredBatch(Map.of("node", introduced), Map.of(), Map.of("node", renewed));
    }

    private static StoredEvent event(Outcome outcome, long revision) {
        return new StoredEvent("node", outcome, null, revision, true, "passing");
    }
}
