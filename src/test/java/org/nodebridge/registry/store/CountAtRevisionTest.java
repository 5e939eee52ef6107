// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.changes.Change;
import org.nodebridge.registry.changes.ChangesRepository.CountAtRevision;
import org.nodebridge.registry.store.jdbc.StoredTime;

class CountAtRevisionTest {

    @ParameterizedTest
    @CsvSource({
        "registered, ,         active,    1",
        "registered, departed, active,    1",
        "registered, expired,  active,    1",
        "updated,    active,   active,    0",
        "suspect,    active,   suspect,   0",
        "recovered,  suspect,  active,    0",
        "recovered,  draining, active,    1",
        "draining,   active,   draining, -1",
        "departed,   draining, departed,  0",
        "departed,   suspect,  departed, -1",
        "expired,    suspect,  expired,  -1",
        "updated,    ,         active,    0",
        "departed,   ,         departed, -1",
        "owner_released, ,     active,    0",
        "owner_released, ,     departed,  0",
        "owner_released, departed, departed, 0",
    })
    void aChangeGainsOrLosesANodeThatCanBeDiscovered(String change, String before, String after, int gained) {
        assertThat(change(1, change, before, after).gained()).isEqualTo(gained);
    }

    @Test
    void goesOnFromWhatWasCountedByTheChangesAfterIt() {
        CountAtRevision counted = new CountAtRevision(11, 100);

        assertThat(counted.after(List.of(
                change(10, "registered", null, "active"), change(11, "registered", null, "active"),
                change(12, "registered", null, "active"), change(13, "expired", "suspect", "expired"),
                change(14, "registered", "expired", "active"))))
                .isEqualTo(new CountAtRevision(14, 101));
        assertThat(counted.after(List.of(change(10, "expired", "suspect", "expired")))).isEqualTo(counted);
    }

    private static Change change(long revision, String change, String before, String after) {
        return new Change(revision, "n", "effect", change, null, after, before, "passing", null,
                StoredTime.at(Instant.EPOCH),
                new UUID(0, revision), Instant.EPOCH, List.of(), null);
    }
}
