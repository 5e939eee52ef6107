// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CatalogInstance;

class OwnerMarkTest {

    private static final Map<String, String> THEIRS = entry("main");

    private final OwnerMark owner = new OwnerMark("main", Set.of());

    OwnerMarkTest() {
        owner.installation("ours");
        owner.others(Map.of());
    }

    @Test
    void ownsTheEntriesOfADeadInstallationForAsLongAsItIsDead() {
        assertThat(owner.isOurs(THEIRS)).isFalse();

        owner.judged(Set.of("theirs"), Set.of());
        assertThat(owner.isOurs(THEIRS)).isTrue();
        assertThat(owner.isOurs(entry("another"))).as("of another registry").isFalse();

        owner.judged(Set.of(), Set.of());
        assertThat(owner.otherInstallation(THEIRS)).isEqualTo("theirs");
    }

    @Test
    void looksBeforeItWritesWhileAnotherIsKnownToLiveThoughNoComparisonHasFoundIt() {
        assertThat(owner.othersPossible()).isFalse();

        owner.judged(Set.of(), Set.of("theirs"));

        assertThat(owner.othersPossible()).isTrue();
    }

    private static Map<String, String> entry(String registryId) {
        return Map.of(OwnerMark.REGISTRY_ID, registryId, CatalogInstance.INSTALLATION, "theirs");
    }
}
