// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Whatever the reader is given, it answers with an event. */
class EnvelopeReaderTotalTest {

    @Test
    void makesADefectOfAFailureOfItsOwn() {
        IllegalStateException failure = new IllegalStateException("the password is secret");

        NodeEvent event = EnvelopeReader.total(() -> {
            throw failure;
        });

        assertThat(event).isInstanceOfSatisfying(NodeEvent.Defect.class, defect -> {
            assertThat(defect.cause()).isSameAs(failure);
            assertThat(defect.message()).contains("IllegalStateException").doesNotContain("secret");
            assertThat(defect.error().field()).isEqualTo("$");
        });
    }

    @Test
    void makesADefectOfAnExhaustedStack() {
        assertThat(EnvelopeReader.total(() -> endless(1))).isInstanceOf(NodeEvent.Defect.class);
    }

    private static NodeEvent endless(int depth) {
        NodeEvent event = endless(depth + 1);
        return depth > 0 ? event : null;
    }
}
