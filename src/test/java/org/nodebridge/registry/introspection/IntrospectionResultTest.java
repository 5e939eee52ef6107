// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.introspection.IntrospectionAnswersRepository.Answer;

class IntrospectionResultTest {

    private static final Answer A = new Answer("a", "effect", 5);
    private static final Answer B = new Answer("b", "compute", 9);

    @Test
    void tellsWhoWasExpectedFromWhoWasNot() {
        IntrospectionResult attendance = IntrospectionResult.of(Map.of("a", "effect", "c", "reducer"), List.of(B, A));

        assertThat(attendance).isEqualTo(new IntrospectionResult(List.of(A), Map.of("c", "reducer"), List.of(B)));
        assertThat(attendance.complete()).isFalse();
    }

    @Test
    void isCompleteWhenEverybodyHasAnswered() {
        assertThat(IntrospectionResult.of(Map.of("a", "effect", "b", "compute"), List.of(A, B)).complete()).isTrue();
    }

    @Test
    void isNotCompleteWhereNobodyWasExpected() {
        assertThat(IntrospectionResult.of(Map.of(), List.of()).complete()).isFalse();
        assertThat(IntrospectionResult.of(Map.of(), List.of(A)).complete()).isFalse();
    }
}
