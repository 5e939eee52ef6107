// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.store.jdbc.FailureTranslator;

class ProblemMapperTest {

    private static final ProblemRule OF_ANOTHER_FEATURE = failure -> Optional.empty();

    @ParameterizedTest
    @ValueSource(strings = {"22001", "22021", "23502", "23505", "23514"})
    void whatPostgresRefusesIsAboutTheData(String state) {
        Problem problem = foreseen(FailureTranslator.translated(new SQLException("too long\n  Detail: (row)", state)))
                .orElseThrow();

        assertThat(problem.status()).isEqualTo(422);
        assertThat(problem.code()).isEqualTo("store-refused");
        assertThat(problem.detail()).contains("too long").doesNotContain("(row)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"08006", "57P03", "53300", "57014"})
    void anOutagePasses(String state) {
        assertThat(foreseen(FailureTranslator.translated(new SQLException("gone", state))))
                .hasValueSatisfying(problem -> {
                    assertThat(problem.status()).isEqualTo(503);
                    assertThat(problem.code()).isEqualTo("store-unavailable");
                });
    }

    @Test
    void anOutageByATimeoutIsNotTakenForABodyThatDidNotCome() {
        SQLException hangs = new SQLException("I/O error", "08006", new SocketTimeoutException("Read timed out"));

        assertThat(foreseen(FailureTranslator.translated(hangs)).orElseThrow().status()).isEqualTo(503);
        assertThat(foreseen(new IOException(new SocketTimeoutException())).orElseThrow().status()).isEqualTo(408);
    }

    @Test
    void anInvalidFieldIsNamed() {
        Problem problem = foreseen(new InvalidInputException("limit", "must be a number")).orElseThrow();

        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.errors()).singleElement().hasToString("limit: must be a number");
    }

    @Test
    void aDefectTellsNothingOfItself() {
        IllegalStateException defect = new IllegalStateException("row 7 of com.example.Table");

        assertThat(foreseen(defect)).isEmpty();
        Problem problem = ProblemMapper.defect(defect);
        assertThat(problem.status()).isEqualTo(500);
        assertThat(problem.title() + problem.detail()).doesNotContain("row", "com.example");
    }

    @Test
    void aDefectOfTheStoreTellsNothingOfItselfEither() {
        Problem problem = foreseen(FailureTranslator.translated(new SQLException("column x is missing", "42703")))
                .orElseThrow();

        assertThat(problem.status()).isEqualTo(500);
        assertThat(problem.title() + problem.detail()).doesNotContain("column");
    }

    private static Optional<Problem> foreseen(Throwable failure) {
        return ProblemMapper.foreseen(failure, List.of(OF_ANOTHER_FEATURE));
    }

    @Test
    void theDetailIsTheFirstErrorWhole() {
        FieldError first = new FieldError("node_type", "must be one of effect, compute, reducer, orchestrator");
        FieldError second = new FieldError("endpoints", "is missing");

        assertThat(Problem.invalid(List.of(first)).detail()).isEqualTo(first.toString());
        assertThat(Problem.invalid(List.of(first, second)).detail()).isEqualTo(first + " (and 1 more, see errors)");
    }
}
