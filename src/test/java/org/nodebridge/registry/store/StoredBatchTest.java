package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoredBatchTest {

    @Test
    void aHeartbeatBesideTheIntroductionThatMadeTheRowWhatItIsIsNoChangeOfItsOwn() {
        StoredBatch stored = batch(event(Outcome.CREATED, 1), event(Outcome.UPDATED, 1));

        assertThat(stored.changes()).isEqualTo(List.of(Map.entry("node", "registered")));
    }

    @Test
    void aHeartbeatThatChangesTheCheckIsAChangeBesideTheIntroductionToo() {
        StoredBatch stored = batch(event(Outcome.UPDATED, 4), event(Outcome.UPDATED, 5));

        assertThat(stored.changes())
                .isEqualTo(List.of(Map.entry("node", "updated"), Map.entry("node", "health")));
    }

    private static StoredBatch batch(StoredEvent introduced, StoredEvent renewed) {
        return new StoredBatch(Map.of("node", introduced), Map.of(), Map.of("node", renewed));
    }

    private static StoredEvent event(Outcome outcome, long revision) {
        return new StoredEvent("node", outcome, null, revision, true);
    }
}
