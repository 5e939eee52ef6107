// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jdbi.v3.core.statement.TemplateEngine;
import org.jdbi.v3.core.transaction.CMTTransactionHandler;

/**
 * Jdbi over the container's data sources. A handle takes part in the transaction that the container has begun, whose
 * connection it shares with JPA, and begins none; of the two data sources a transaction may use one only. A {@link
 * Duration} is its seconds, an {@link Instant} is read and bound without {@link java.sql.Timestamp}, which has another
 * calendar for what is long ago and is written in local time, where one hour of the year comes twice.
 */
@ApplicationScoped
public class JdbiProducer {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Then it is cancelled, such as one that hangs in a trigger: less than the data source's {@code socketTimeout},
     * which would leave it running in PostgreSQL with its locks. By the driver and not by {@code statement_timeout},
     * which would also end a commit's wait for the synchronous standby, as if that had it.
     */
    private static final int LONGEST_STATEMENT_SECONDS = 25;

    @Resource(lookup = "jdbc/registry")
    private DataSource registry;

    @Resource(lookup = "jdbc/registry-reads")
    private DataSource reads;

    @Produces
    @Singleton
    Jdbi registry() {
        return configured(Jdbi.create(registry))
                .configure(SqlStatements.class, statements -> statements.setQueryTimeout(LONGEST_STATEMENT_SECONDS));
    }

    @Produces
    @Singleton
    @Reads
    Jdbi reads() {
        return configured(Jdbi.create(reads));
    }

    /** With what all statements of the registry rely on. */
    public static Jdbi configured(Jdbi jdbi) {
        return jdbi.setTransactionHandler(new CMTTransactionHandler())
                // whole statements stand in constants
                .configure(SqlStatements.class, statements -> statements.setTemplateEngine(TemplateEngine.NOP))
                // not what is bound, which is rows
                .configure(StatementExceptions.class, messages -> messages.setMessageRendering(MessageRendering.NONE))
                .registerArgument(new TimeArgument())
                .registerArgument(new SecondsArgument())
                .registerArgument(new JsonArgument())
                .registerColumnMapper(Instant.class, JdbiProducer::time)
                .registerColumnMapper(Duration.class, JdbiProducer::seconds)
                .registerColumnMapper(JsonNode.class, JdbiProducer::json);
    }

    private static Instant time(ResultSet row, int column, StatementContext context) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    private static Duration seconds(ResultSet row, int column, StatementContext context) throws SQLException {
        double seconds = row.getDouble(column);
        return row.wasNull() ? null : Duration.ofMillis((long) (seconds * 1000));
    }

    private static JsonNode json(ResultSet row, int column, StatementContext context) throws SQLException {
        String text = row.getString(column);
        try {
            return text == null ? null : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("PostgreSQL gave what is no JSON", e);
        }
    }

    private static final class TimeArgument extends AbstractArgumentFactory<Instant> {

        TimeArgument() {
            super(Types.TIMESTAMP_WITH_TIMEZONE);
        }

        @Override
        protected Argument build(Instant time, ConfigRegistry config) {
            return (position, statement, context) -> statement.setObject(position, time.atOffset(ZoneOffset.UTC));
        }
    }

    private static final class SecondsArgument extends AbstractArgumentFactory<Duration> {

        SecondsArgument() {
            super(Types.DOUBLE);
        }

        @Override
        protected Argument build(Duration time, ConfigRegistry config) {
            return (position, statement, context) -> statement.setDouble(position, time.toMillis() / 1000.0);
        }
    }

    private static final class JsonArgument extends AbstractArgumentFactory<JsonNode> {

        JsonArgument() {
            super(Types.VARCHAR);
        }

        @Override
        protected Argument build(JsonNode json, ConfigRegistry config) {
            return (position, statement, context) -> statement.setString(position, json.toString());
        }
    }
}
