// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.NamedArgumentFinder;
import org.jdbi.v3.core.result.ResultBearing;
import org.jdbi.v3.core.result.ResultProducer;
import org.jdbi.v3.core.result.ResultProducers;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Many rows as the parameters of one statement: each is an array with one element a row, for {@code unnest}. Measured
 * at ten times the speed of a statement a row. Jdbi's own arrays are of objects, which the driver sends as text, with
 * each quote of JSON escaped; one of the very type it sends as bytes.
 *
 * @param <T> what a row is made from
 */
public final class Columns<T> implements NamedArgumentFinder {

    /**
     * For several statements that are one text. All of their answers are taken, for only then does Liberty keep the
     * statement for the next time; it would be parsed and planned again each time.
     */
    public static final ResultProducer<Boolean> ALL_ANSWERS = (executed, context) -> {
        try (context) {
            var statement = executed.get();
            while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                // neither a row nor a count is of interest
            }
            return true;
        }
    };

    /** The same where the first of two statements answers with a figure and the second with rows. */
    public static final ResultProducer<ResultBearing> SECOND_ANSWER =
            (executed, context) -> ResultProducers.createResultBearing(executed, statement -> {
                statement.getMoreResults();
                return statement.getResultSet();
            }, context);

    private final Map<String, Argument> byName = new LinkedHashMap<>();
    private final List<T> rows;

    private Columns(List<T> rows) {
        this.rows = rows;
    }

    public static <T> Columns<T> of(Collection<T> rows) {
        return new Columns<>(List.copyOf(rows));
    }

    /** An array by itself, to bind by its name; {@code null} for none. */
    public static Argument texts(Collection<String> texts) {
        return texts == null
                ? (position, statement, context) -> statement.setArray(position, null)
                : array("text", texts.toArray(String[]::new));
    }

    public Columns<T> text(String name, Function<T, String> column) {
        return array(name, "text", column, String[]::new);
    }

    public Columns<T> bigint(String name, Function<T, Long> column) {
        return array(name, "bigint", column, Long[]::new);
    }

    public Columns<T> real(String name, Function<T, Double> column) {
        return array(name, "float8", column, Double[]::new);
    }

    public Columns<T> flag(String name, Function<T, Boolean> column) {
        return array(name, "boolean", column, Boolean[]::new);
    }

    public Columns<T> time(String name, Function<T, Instant> column) {
        // not as Timestamp: the driver writes that in local time, where one hour of the year comes twice
        return array(name, "timestamptz", row -> {
            Instant instant = column.apply(row);
            return instant == null ? null : instant.toString();
        }, String[]::new);
    }

    @Override
    public Optional<Argument> find(String name, StatementContext context) {
        return Optional.ofNullable(byName.get(name));
    }

    @Override
    public Collection<String> getNames() {
        return byName.keySet();
    }

    private <E> Columns<T> array(String name, String type, Function<T, E> column, IntFunction<E[]> typed) {
        byName.put(name, array(type, rows.stream().map(column).toArray(typed)));
        return this;
    }

    private static Argument array(String type, Object[] elements) {
        return (position, statement, context) -> statement.setArray(
                position, statement.getConnection().createArrayOf(type, elements));
    }
}
