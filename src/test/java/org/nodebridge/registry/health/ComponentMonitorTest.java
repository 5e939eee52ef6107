// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.health.ComponentHealth.State;
import org.nodebridge.registry.metrics.RegistryMetrics;

class ComponentMonitorTest {

    private static final ComponentHealth WELL = ComponentHealth.healthy("connected");

    private final ComponentMonitor monitor = new ComponentMonitor();
    private final ComponentDefects defects = new ComponentDefects(new RegistryMetrics(null) {
        @Override
        public void componentDefects(String component, long calls) {
            // nobody looks
        }
    });

    @BeforeEach
    void withDefects() {
        monitor.defects = defects;
    }

    private void probed(Supplier<ComponentHealth> answer) {
        monitor.probe("postgres", new ComponentProbe() {
            @Override
            public String component() {
                return "postgres";
            }

            @Override
            public ComponentHealth probe() {
                return answer.get();
            }
        });
    }

    @Test
    void doesNotItsWorkBeforeItWasAskedNorWhileItDoesNotAnswer() {
        assertThat(monitor.doesItsWork("postgres")).isFalse();
        probed(() -> WELL);
        assertThat(monitor.doesItsWork("postgres")).isTrue();
        probed(() -> ComponentHealth.unhealthy("gone"));
        assertThat(monitor.doesItsWork("postgres")).isFalse();
    }

    /** Of which no lease is to end, and health says why. */
    @Test
    void doesNotItsWorkWhileItAnswersWithDefects() {
        probed(() -> WELL);

        defects.report("postgres", "column a does not exist", null);

        assertThat(monitor.doesItsWork("postgres")).as("at once").isFalse();
        assertThat(monitor.doesItsWork("consul")).as("not asked").isFalse();
        probed(() -> WELL);
        assertThat(monitor.health("postgres").state()).isEqualTo(State.DEGRADED);
        assertThat(monitor.health("postgres").message()).isEqualTo("a defect: column a does not exist");
    }

    @Test
    void doesItsWorkWhileADefectConcernsSomeRowsOnlyOrItIsDegradedForAnotherReason() {
        defects.reportOfRow("postgres", "a trigger fails", null);
        probed(() -> WELL);
        assertThat(monitor.health("postgres").message()).contains("a trigger fails");
        assertThat(monitor.doesItsWork("postgres")).isTrue();

        probed(() -> WELL.degraded("another clock"));
        assertThat(monitor.health("postgres").message()).isEqualTo("another clock; a defect: a trigger fails");
        assertThat(monitor.doesItsWork("postgres")).isTrue();
    }

    /** Else the consumer that waits for it would count as standing still, which a restart is for. */
    @Test
    void mayHoldUpWorkWhileItIsAwayOrFailsAtSomeRows() {
        assertThat(monitor.mayHoldUp("postgres")).as("not asked yet").isTrue();
        probed(() -> WELL);
        assertThat(monitor.mayHoldUp("postgres")).isFalse();

        defects.troubleOfRow("postgres", "a row is locked");
        assertThat(monitor.mayHoldUp("postgres")).isTrue();
        assertThat(monitor.doesItsWork("postgres")).isTrue();
        assertThat(monitor.mayHoldUp("consul")).as("not asked").isTrue();
    }

    @Test
    void aDefectHidesNoOtherTroubleNorIsHiddenByIt() {
        probed(() -> WELL);
        defects.report("postgres", "column a does not exist", null);

        probed(() -> WELL.degraded("another clock").degraded("it jumps"));
        assertThat(monitor.health("postgres").message())
                .isEqualTo("another clock; it jumps; a defect: column a does not exist");

        probed(() -> ComponentHealth.unhealthy("gone"));
        assertThat(monitor.health("postgres")).isEqualTo(ComponentHealth.unhealthy("gone"));
    }

    /** Else the registry would be ready without a store that is there, but was slow to answer while both started. */
    @Test
    void theFirstContactEndsWithAnAnswerOrTheThirdFailure() {
        probed(ComponentHealth::notAsked);
        probed(() -> ComponentHealth.unhealthy("no answer"));
        probed(ComponentHealth::notAsked);
        probed(() -> ComponentHealth.unhealthy("no answer"));
        assertThat(monitor.health("postgres").asked()).as("after two failures").isFalse();
        assertThat(monitor.health("postgres").details()).containsEntry("last_try", "no answer");

        probed(() -> ComponentHealth.unhealthy("no answer"));
        assertThat(monitor.health("postgres")).isEqualTo(ComponentHealth.unhealthy("no answer"));
    }

    @Test
    void whatHasAnsweredOnceIsUnhealthyAtItsFirstFailure() {
        probed(() -> ComponentHealth.unhealthy("no answer"));
        probed(() -> WELL);
        assertThat(monitor.health("postgres")).isEqualTo(WELL);

        probed(() -> ComponentHealth.unhealthy("gone"));
        assertThat(monitor.health("postgres")).isEqualTo(ComponentHealth.unhealthy("gone"));
    }

    @Test
    void isUnhealthyWhenItsProbeFails() {
        probed(() -> WELL);
        probed(() -> {
            throw new IllegalStateException("ours");
        });

        assertThat(monitor.health("postgres").state()).isEqualTo(State.UNHEALTHY);
        assertThat(monitor.health("postgres").message()).contains("ours");
    }
}
