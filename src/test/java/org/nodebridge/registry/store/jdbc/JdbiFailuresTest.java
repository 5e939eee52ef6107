// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;

/** What Jdbi throws, as it comes to {@link FailureTranslator}. */
class JdbiFailuresTest {

    @Test
    void theStateInsideSaysWhatItIs() {
        assertThat(FailureTranslator.translated(failureOfStatement("23514"))).isInstanceOf(StoreRefusedException.class);
        assertThat(FailureTranslator.translated(failureOfStatement("57P01")))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(FailureTranslator.translated(failureOfStatement("42703"))).isInstanceOf(StoreDefectException.class);
    }

    @Test
    void aPoolWithoutAConnectionIsAnOutage() {
        Jdbi jdbi = JdbiProducer.configured(Jdbi.create(() -> {
            throw new SQLException("no connection within 3 s");
        }));

        var failure = catchThrowableOfType(JdbiException.class, () -> jdbi.useHandle(handle -> {}));

        assertThat(FailureTranslator.translated(failure)).isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("no connection within 3 s");
    }

    @Test
    void aParameterWithoutAValueIsADefect() {
        Jdbi jdbi = JdbiProducer.configured(Jdbi.create(() -> connection("23514")));

        var failure = catchThrowableOfType(
                JdbiException.class, () -> jdbi.useHandle(handle -> handle.execute("SELECT :nobody")));

        assertThat(FailureTranslator.translated(failure)).isInstanceOf(StoreDefectException.class);
    }

    @Test
    void noMessageQuotesWhatWasBound() {
        assertThat(Stream.iterate((Throwable) failureOfStatement("23514"), failure -> failure != null,
                Throwable::getCause))
                .isNotEmpty()
                .noneMatch(failure -> failure.toString().contains("secret"));
    }

    private static JdbiException failureOfStatement(String state) {
        Jdbi jdbi = JdbiProducer.configured(Jdbi.create(() -> connection(state)));
        return catchThrowableOfType(JdbiException.class, () -> jdbi.useHandle(
                handle -> handle.createUpdate("UPDATE t SET a = :a").bind("a", "secret").execute()));
    }

    private static Connection connection(String state) {
        PreparedStatement statement = stub(PreparedStatement.class, Map.of("execute", () -> {
            throw new SQLException("wrong", state);
        }));
        return stub(Connection.class, Map.of("prepareStatement", () -> statement, "getAutoCommit", () -> true));
    }

    private static <T> T stub(Class<T> type, Map<String, Answer> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, args) -> {
            Answer answer = answers.get(method.getName());
            return answer != null ? answer.give() : method.getReturnType() == boolean.class ? Boolean.FALSE : null;
        }));
    }

    @FunctionalInterface
    private interface Answer {

        Object give() throws SQLException;
    }
}
