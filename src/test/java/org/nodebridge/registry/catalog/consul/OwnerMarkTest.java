// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogInstance;
import org.nodebridge.registry.catalog.OtherInstallations;

class OwnerMarkTest {

    private static final long VALID = 20;
    private static final Map<String, String> THEIRS = entry("main");
    private static final Map<String, String> UNMARKED = Map.of(OwnerMark.REGISTRY_ID, "main");

    private long now = Long.MAX_VALUE - 5; // nanoTime may overflow
    private final OwnerMark owner = new OwnerMark("main", Set.of(), () -> now);

    OwnerMarkTest() {
        owner.installation("ours");
        owner.others(Map.of());
    }

    private void judged(Map<String, Long> dead, Set<String> known) {
        owner.judged(new OtherInstallations(dead, known, now, VALID));
    }

    @Test
    void letsARegistrationOverTheEntryOfADeadInstallationButNeverOwnsIt() {
        assertThat(owner.obstacle(THEIRS)).isEqualTo("theirs");

        judged(Map.of("theirs", 7L), Set.of("theirs"));

        assertThat(owner.obstacle(THEIRS)).isNull();
        assertThat(owner.isOurs(THEIRS)).as("what is ours may be removed").isFalse();
        assertThat(owner.otherInstallation(THEIRS)).isEqualTo("theirs");
        assertThat(owner.mayRemove(THEIRS)).isFalse();
    }

    @Test
    void keepsFromTheEntryAgainOnceTheVerdictIsTooOldThoughTheOtherIsStillKnown() {
        judged(Map.of("theirs", 7L), Set.of("theirs"));

        now += VALID;
        assertThat(owner.obstacle(THEIRS)).isNull();
        now++;

        assertThat(owner.obstacle(THEIRS)).isEqualTo("theirs");
        assertThat(owner.found().dead()).isEmpty();
        assertThat(owner.othersPossible()).isTrue();
    }

    @Test
    void ownsTheEntriesOfAnInstallationThatTheOperatorNames() {
        OwnerMark heir = new OwnerMark("main", Set.of("theirs"));
        heir.installation("ours");

        assertThat(heir.isOurs(THEIRS)).isTrue();
        assertThat(heir.isOurs(entry("another"))).as("of another registry").isFalse();
        assertThat(heir.mayRemove(THEIRS)).isTrue();
    }

    @Test
    void looksBeforeItWritesWhileAnotherHasANoteThoughNoComparisonHasFoundIt() {
        assertThat(owner.othersPossible()).isFalse();

        judged(Map.of(), Set.of("theirs"));

        assertThat(owner.othersPossible()).isTrue();
    }

    /** An installation that has started without PostgreSQL marks nothing, and its note stands still. */
    @Test
    void removesNoEntryWithoutAMarkWhileAnotherIsKnownLivingOrDead() {
        assertThat(owner.mayRemove(UNMARKED)).isTrue();

        judged(Map.of("theirs", 7L), Set.of("theirs"));
        assertThat(owner.mayRemove(UNMARKED)).isFalse();
        assertThat(owner.obstacle(UNMARKED)).as("writing is no removal").isNull();

        judged(Map.of(), Set.of());
        owner.others(Map.of("theirs", 1L));
        assertThat(owner.mayRemove(UNMARKED)).isFalse();
    }

    private static Map<String, String> entry(String registryId) {
        return Map.of(OwnerMark.REGISTRY_ID, registryId, CatalogInstance.INSTALLATION, "theirs");
    }
}
