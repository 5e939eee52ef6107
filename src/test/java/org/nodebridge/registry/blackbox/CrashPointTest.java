// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CrashPointTest {

    @ParameterizedTest
    @EnumSource
    void isInAMethodThatThereIs(CrashPoint point) throws ClassNotFoundException {
        assertThat(point.exists()).isTrue();
    }
}
