// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.metrics.RegistryMetrics;

class ComponentDefectsTest {

    private final List<String> counted = new ArrayList<>();
    private final ComponentDefects defects = new ComponentDefects(new RegistryMetrics(null) {
        @Override
        public void componentDefects(String component, long calls) {
            counted.add(component);
        }
    });

    @Test
    void showsTheLastDefectOfAComponentAndCountsAll() {
        defects.report("postgres", "column a does not exist", null);
        defects.report("postgres", "column b does not exist", null);

        assertThat(defects.recent("postgres")).hasValue("a defect: column b does not exist");
        assertThat(defects.recent("consul")).isEmpty();
        assertThat(counted).containsExactly("postgres", "postgres");
    }

    @Test
    void showsNoMoreThanABoundedPartOfAMessage() {
        defects.report("postgres", "x".repeat(10_000), null);

        assertThat(defects.recent("postgres").orElseThrow()).hasSizeLessThan(300).endsWith("…");
    }

    @Test
    void showsTroubleAndDoesNotCountIt() {
        defects.trouble("postgres", "No space left");

        assertThat(defects.recent("postgres")).hasValue("No space left");
        assertThat(counted).isEmpty();
    }
}
