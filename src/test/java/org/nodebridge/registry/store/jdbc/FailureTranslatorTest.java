// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import jakarta.transaction.RollbackException;
import java.net.SocketException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.transaction.xa.XAException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTranslatorTest {

    @ParameterizedTest
    @ValueSource(strings = {"22021", "22P05", "23514", "23502", "27000", "44000", "P0001", "P0004"})
    void takesDataErrorsForARefusal(String state) {
        assertThat(FailureTranslator.translated(new RuntimeException(new SQLException("bad row", state))))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("bad row");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "08001", "08006", "57P01", "57P03", "53300", "53100", "40P01", "25006", "25P03", "25P04", "28P01", "3D000",
        "40001", "55P03", "57014", "58030"
    })
    void takesTheListedStatesForAnOutage(String state) {
        assertThat(FailureTranslator.translated(new SQLException("unavailable", state)))
                .isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void takesAStalePlanForAnOutageAndNothingElseThatIsNotSupported() {
        assertThat(FailureTranslator.translated(new SQLException("ERROR: cached plan must not change result type",
                "0A000"))).isInstanceOf(StoreUnavailableException.class);
        assertThat(FailureTranslator.translated(new SQLException(
                "ERROR: cannot perform UPDATE RETURNING on relation \"tool_registrations\"", "0A000")))
                .isInstanceOfSatisfying(StoreDefectException.class, defect -> {
                    assertThat(defect.ofDatabase()).isTrue();
                    assertThat(defect.ofTrigger()).isFalse();
                });
    }

    @Test
    void saysThatARowIsLocked() {
        assertThat(FailureTranslator.translated(new SQLException("ERROR: canceling statement due to lock timeout",
                "55P03"))).isInstanceOf(StoreLockedException.class)
                .hasMessageContaining("a row is locked by another session");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "42P01", "42501", "40001", "57014", "25006", "0A000", "55000", "55P03", "08006", "28000", "3D000", "40P01",
        "53100", "57P01", "58030"
    })
    void tellsWhatAFunctionOfAnotherProgramRaisesFromWhatIsSoForAllRows(String state) {
        String ours = "ERROR: wrong\n  Where: SQL statement \"INSERT INTO pending_writes\"\n"
                + "PL/pgSQL function registration_pending() line 8 at SQL statement";

        assertThat(FailureTranslator.translated(new SQLException(
                "ERROR: wrong\n  Where: PL/pgSQL function audit() line 3 at RAISE", state)))
                .isInstanceOfSatisfying(StoreDefectException.class, defect -> {
                    assertThat(defect.ofTrigger()).isTrue();
                    assertThat(defect).hasMessageEndingWith("ERROR: wrong");
                });
        assertThat(FailureTranslator.translated(new SQLException(ours, state)))
                .matches(failure -> !(failure instanceof StoreDefectException defect && defect.ofTrigger()));
    }

    /** A function may meet a full disk as well as we do, and a session that is ended says where it was. */
    @ParameterizedTest
    @CsvSource({"53100, ERROR", "58030, ERROR", "57P01, FATAL", "57P02, PANIC"})
    void takesTroubleOfTheServerForAnOutageAlsoInAFunctionOfAnotherProgram(String state, String severity) {
        assertThat(FailureTranslator.translated(new SQLException(
                severity + ": wrong\n  Where: PL/pgSQL function audit() line 3 at SQL statement", state)))
                .isInstanceOf(StoreUnavailableException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "PL/pgSQL function audit() line 3 at RAISE | true", "PL/pgSQL function s.audit(text,integer) line 3 | true",
        "SQL function \"audit\" statement 1 | true", "PL/Perl function \"audit\" | true",
        "PL/pgSQL-Funktion s.\"Audit\"() Zeile 3 bei RAISE | true",
        "PL/pgSQL function registration_audit() line 3 | false",
        "PL/pgSQL function public.\"registration_audit\"() line 3 | false",
        "SQL function \"registration_audit\" during inlining | false",
        "PL/pgSQL function inline_code_block line 1 at RAISE | false", "SQL statement \"SELECT audit()\" | false"
    })
    void knowsWhoseFunctionItWas(String where, boolean byAnother) {
        for (String label : List.of("  Where: ", "  Wobei: ", "")) {
            String message = "ERROR: PL/pgSQL function mine() at RAISE\n" + label + where;
            assertThat(ErrorContext.of(message).byAnother()).as(message).isEqualTo(byAnother);
        }
    }

    /** A trigger may quote what a node says. */
    @Test
    void goesThroughWhatIsQuotedOnce() {
        String note = ("PL/" + "a".repeat(30_000) + "\n" + "PL/ \"".repeat(30_000) + "\n").repeat(20);
        String message = "ERROR: not allowed: " + note + "  Where: PL/pgSQL function audit() line 3 at RAISE";

        assertTimeoutPreemptively(Duration.ofSeconds(30),
                () -> assertThat(ErrorContext.of(message)).isEqualTo(new ErrorContext(true, false)));
        assertThat(FailureTranslator.translated(new SQLException("ERROR: " + "a".repeat(30_000), "42501")).getMessage())
                .hasSizeLessThan(700);
    }

    static List<Exception> failuresOfPoolAndTransaction() {
        return List.of(
                new SQLException("no connection within 30 s"), new RollbackException("timed out"),
                new RuntimeException(new XAException("commit")), new RuntimeException(new SocketException("reset")));
    }

    @ParameterizedTest
    @MethodSource("failuresOfPoolAndTransaction")
    void takesAFailureOfThePoolOrTheTransactionForAnOutage(Exception failure) {
        assertThat(FailureTranslator.translated(failure)).isInstanceOf(StoreUnavailableException.class);
    }

    @ParameterizedTest
    @CsvSource({"42703, true", "42501, true", "42P01, true", "3F000, true", "XX000, true",
        "21000, true", "25P02, true"})
    void takesEveryOtherStateForADefect(String state, boolean ofDatabase) {
        assertThat(FailureTranslator.translated(new SQLException("wrong", state)))
                .isInstanceOfSatisfying(StoreDefectException.class,
                        defect -> assertThat(defect.ofDatabase()).isEqualTo(ofDatabase))
                .hasMessageContaining("wrong");
    }

    /** The words are PostgreSQL's, see {@code DualRegistrationServiceInContainerIT}. */
    @Test
    void takesARowThatAPolicyDoesNotLetThroughForARefusalAndAMissingPrivilegeForADefect() {
        assertThat(FailureTranslator.translated(new SQLException(
                "ERROR: new row violates row-level security policy for table \"tool_registrations\"", "42501")))
                .isInstanceOf(StoreRefusedException.class);
        assertThat(FailureTranslator.translated(new SQLException(
                "ERROR: permission denied for table tool_registrations", "42501")))
                .isInstanceOf(StoreDefectException.class);
    }

    @Test
    void takesOurOwnExceptionForADefectAndQuotesItNot() {
        assertThat(FailureTranslator.translated(new IllegalStateException("secret of a row")))
                .isInstanceOf(StoreDefectException.class)
                .hasMessageContaining("IllegalStateException")
                .hasMessageNotContaining("secret");
    }

    @Test
    void leavesOutTheDetailLinesThatQuoteRows() {
        assertThat(FailureTranslator.translated(new SQLException("violates\n  Detail: Failing row (secret)", "23514")))
                .hasMessageNotContaining("secret");
    }
}
