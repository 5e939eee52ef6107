// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.drift.Drift.Field;

class StoreComparisonTest {

    @Test
    void findsNoDifferenceWhereBothSayTheSameOrNeitherHasTheNode() {
        assertThat(Differences.between(Fleet.row("a"), Fleet.entry("a"), null)).isEmpty();
        assertThat(Differences.between(Fleet.departed("a"), null, null)).isEmpty();
    }

    @Test
    void callsAnEntryThatIsMissingOrTooManyADifferenceOfTheService() {
        assertThat(Differences.between(Fleet.row("a"), null, null))
                .containsExactly(new Field("service", "onex-effect", null));
        assertThat(Differences.between(Fleet.departed("a"), Fleet.entry("a"), null))
                .containsExactly(new Field("service", null, "onex-effect"));
    }

    @Test
    void namesTheFieldsOfAnEntryThatSaysSomethingElse() {
        assertThat(Differences.between(Fleet.row("a"), Fleet.entry("a", CheckStatus.CRITICAL, "n"), null))
                .isEqualTo(List.of(new Field("check", "passing", "critical")));
    }
}
