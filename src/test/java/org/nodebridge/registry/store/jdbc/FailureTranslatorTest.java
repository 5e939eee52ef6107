// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureTranslatorTest {

    @ParameterizedTest
    @ValueSource(strings = {"22021", "22P05", "23514", "23502"})
    void takesDataErrorsForARefusal(String state) {
        assertThat(FailureTranslator.translated(new RuntimeException(new SQLException("bad row", state))))
                .isInstanceOf(StoreRefusedException.class)
                .hasMessageContaining("bad row");
    }

    @ParameterizedTest
    @ValueSource(strings = {"08001", "08006", "57P01", "57P03", "53300", "53100", "42P01", "40P01"})
    void takesEverythingElseForAnOutage(String state) {
        assertThat(FailureTranslator.translated(new SQLException("away", state)))
                .isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void takesAFailureWithoutSqlForAnOutage() {
        assertThat(FailureTranslator.translated(new IllegalStateException("no connection")))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("no connection");
    }

    @Test
    void leavesOutTheDetailLinesThatQuoteRows() {
        assertThat(FailureTranslator.translated(new SQLException("violates\n  Detail: Failing row (secret)", "23514")))
                .hasMessageNotContaining("secret");
    }
}
