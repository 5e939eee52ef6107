// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.HeuristicMixedException;
import jakarta.transaction.HeuristicRollbackException;
import jakarta.transaction.NotSupportedException;
import jakarta.transaction.RollbackException;
import jakarta.transaction.SystemException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.transaction.xa.XAException;
import org.nodebridge.registry.health.ComponentDefects;

/**
 * Tells the three classes of failure apart, and lets nothing through {@link PrimaryGate} while that is closed. It
 * stands outside the transaction, so that a failed commit is translated too.
 *
 * <p>SQL states of class 22 (data exception), 23 (integrity constraint) and 54 (program limit), and what a trigger, a
 * view or a row-level policy of another program raises (09, 27, 44, P0 and some of 42501), refuse the data, which is
 * final. The listed classes and states, failures of the connection pool and of the transaction manager are an outage,
 * which is retried. Every other failure, our own exceptions included, is a defect, and reported as one; so is every
 * error that a function of another program raises, as the connection is well and other rows may pass it. A transaction
 * that lost a race (40001, 40P01) or met a changed table (0A000) is run again.
 *
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>
 */
@TranslatesFailures
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
public class FailureTranslator {

    /** "cached plan must not change result type"; or what a rule of another program does not let be done. */
    private static final String NOT_SUPPORTED = "0A000";

    private static final String STALE_PLAN = "cached plan";

    /** A statement that was prepared before a migration added a column is one too: its connection is given up. */
    private static final Set<String> LOST_RACES = Set.of("40001", "40P01", NOT_SUPPORTED);

    /** By statement_timeout, which only what is read for HTTP clients has. */
    private static final String CANCELLED = "57014";

    /** A missing privilege, which is a defect, or a row that a policy of another program does not let through. */
    private static final String FORBIDDEN = "42501";

    /** PostgreSQL tells the two apart by its message only; in another language than English both are a defect. */
    private static final String POLICY = "row-level security policy";

    private static final Set<String> REFUSALS = Set.of("09", "22", "23", "27", "44", "54", "P0");

    /**
     * Connection, sign-in, missing database, rollback, insufficient resources, object in use, operator intervention,
     * system error. Without a state: of the driver or the pool.
     */
    private static final Set<String> OUTAGES = Set.of("", "08", "28", "3D", "40", "53", "55", "57", "58");

    /**
     * Read-only, as of a standby; a session that was ended because its transaction stood still, as this process did.
     */
    private static final Set<String> OUTAGE_STATES = Set.of("25006", "25P03", "25P04");

    /** Of memory, disks and files: what a function does may meet them as what we do. */
    private static final Set<String> OF_SERVER = Set.of("53", "58");

    /** By lock_timeout. */
    private static final String LOCKED = "55P03";

    /** What an error says may quote a row. */
    private static final int LONGEST_LINE = 500;

    private static final String INSUFFICIENT_RESOURCES = "53";

    private static final int TRIES = 3;

    /** PostgreSQL wakes up the transaction that won, and who comes meanwhile may take the row before it. */
    private static final long LEAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ComponentDefects defects;
    private final SchemaState schema;
    private final PrimaryGate gate;

    @Inject
    FailureTranslator(ComponentDefects defects, SchemaState schema, PrimaryGate gate) {
        this.defects = defects;
        this.schema = schema;
        this.gate = gate;
    }

    @AroundInvoke
    Object translate(InvocationContext call) throws Exception {
        Optional<String> refusal = gate.refusal();
        if (refusal.isPresent() && !call.getMethod().getDeclaringClass().isAnnotationPresent(OfAnyServer.class)) {
            throw new StoreUnavailableException(refusal.get(), null);
        }
        for (int attempt = 1;; attempt++) {
            try {
                return call.proceed();
            } catch (Exception e) {
                if (attempt == TRIES || !LOST_RACES.contains(sqlState(e))) {
                    throw reported(e instanceof StoreException store ? store : translated(e));
                }
                // outside of any transaction
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LEAST_PAUSE_NANOS, 5 * LEAST_PAUSE_NANOS));
            }
        }
    }

    private StoreException reported(StoreException failure) {
        if (failure instanceof StoreDefectException defect && defect.ofDatabase() && !schema.upToDate()) {
            return new StoreUnavailableException(
                    "PostgreSQL's schema is not up to date yet: " + failure.getMessage(), failure);
        }
        if (failure instanceof StoreDefectException defect && defect.ofTrigger()) {
            defects.reportOfRow("postgres", failure.getMessage(), failure);
        } else if (failure instanceof StoreLockedException) {
            defects.troubleOfRow("postgres", failure.getMessage());
        } else if (failure instanceof StoreDefectException) {
            defects.report("postgres", failure.getMessage(), failure);
        } else if (sqlState(failure).startsWith(INSUFFICIENT_RESOURCES)) {
            defects.trouble("postgres", failure.getMessage()); // it goes on answering reads
        }
        return failure;
    }

    /** The failure as one of the three classes; the message quotes no row. */
    public static StoreException translated(Exception failure) {
        SQLException sql = sqlException(failure);
        String state = sqlState(failure);
        String kind = state.length() < 2 ? "" : state.substring(0, 2);
        if (REFUSALS.contains(kind) || state.equals(FORBIDDEN) && firstLine(sql).contains(POLICY)) {
            return new StoreRefusedException("PostgreSQL refused the data: " + firstLine(sql), failure);
        }
        ErrorContext context = ErrorContext.of(sql == null ? null : sql.getMessage());
        boolean raised = context.byAnother() && (!OF_SERVER.contains(kind) || context.onPurpose());
        if (state.equals(CANCELLED) && !raised) {
            return new StoreUnavailableException("PostgreSQL took too long, and the statement was cancelled", failure);
        }
        if (state.equals(LOCKED) && !raised) {
            return new StoreLockedException(
                    "a row is locked by another session of PostgreSQL: " + firstLine(sql), failure);
        }
        boolean stale = state.equals(NOT_SUPPORTED) && firstLine(sql).contains(STALE_PLAN);
        boolean outage = sql == null ? ofTransaction(failure) : OUTAGES.contains(kind);
        if (stale || (OUTAGE_STATES.contains(state) || outage) && !raised) {
            return new StoreUnavailableException(
                    "PostgreSQL is not available: " + firstLine(sql == null ? rootCause(failure) : sql), failure);
        }
        if (sql == null) {
            return new StoreDefectException(
                    "the registry failed: " + rootCause(failure).getClass().getName(), failure, false);
        }
        return raised
                ? StoreDefectException.ofTrigger(
                        "a function of another program fails in PostgreSQL: " + firstLine(sql), failure)
                : new StoreDefectException(
                        "PostgreSQL cannot do what the registry asks of it: " + firstLine(sql), failure, true);
    }

    /** Whether the container's transaction or connection failed, of which the driver's exception may say nothing. */
    private static boolean ofTransaction(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof XAException || cause instanceof IOException || cause instanceof RollbackException
                    || cause instanceof SystemException || cause instanceof HeuristicMixedException
                    || cause instanceof HeuristicRollbackException || cause instanceof NotSupportedException) {
                return true;
            }
        }
        return false;
    }

    private static String sqlState(Throwable failure) {
        SQLException sql = sqlException(failure);
        return sql == null ? "" : Objects.requireNonNullElse(sql.getSQLState(), "");
    }

    private static SQLException sqlException(Throwable failure) {
        SQLException found = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && (found == null || sql.getSQLState() != null)) {
                found = sql;
            }
        }
        return found;
    }

    private static Throwable rootCause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** The driver's message without its detail lines, which may quote whole rows. */
    private static String firstLine(Throwable failure) {
        String message = Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName());
        String line = message.lines().findFirst().orElse(message);
        String first = line.endsWith(".") ? line.substring(0, line.length() - 1) : line; // it stands within sentences
        return first.length() <= LONGEST_LINE ? first : first.substring(0, LONGEST_LINE) + "…";
    }
}
