// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadinessAnswerTest {

    @Test
    void isDownUntilTheFirstContactHasEndedWhetherItIsCriticalOrNot() {
        assertThat(ReadinessAnswer.isDown(ComponentHealth.notAsked(), false)).isTrue();
        assertThat(ReadinessAnswer.isDown(ComponentHealth.notAsked(), true)).isTrue();
    }

    @Test
    void isDownForACriticalComponentAloneAfterThat() {
        assertThat(ReadinessAnswer.isDown(ComponentHealth.unhealthy("does not answer"), true)).isTrue();
        assertThat(ReadinessAnswer.isDown(ComponentHealth.unhealthy("does not answer"), false)).isFalse();
        assertThat(ReadinessAnswer.isDown(ComponentHealth.healthy("answers"), true)).isFalse();
        assertThat(ReadinessAnswer.isDown(ComponentHealth.healthy("answers").degraded("full"), true)).isFalse();
    }
}
