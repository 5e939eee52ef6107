// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;

/**
 * Tells an outage from a refusal. It stands outside the transaction, so that a failed commit is translated too.
 * SQL states of class 22 (data exception) and 23 (integrity constraint) refuse the data; whatever else goes wrong is
 * an outage, because an outage is retried and a refusal is final. A transaction that lost a race (40001, 40P01) is
 * run again.
 */
@TranslatesFailures
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
public class FailureTranslator {

    private static final Set<String> LOST_RACES = Set.of("40001", "40P01");
    /** By statement_timeout, which only what is read for HTTP clients has. */
    private static final String CANCELLED = "57014";

    private static final int TRIES = 3;

    @AroundInvoke
    Object translate(InvocationContext call) throws Exception {
        for (int attempt = 1;; attempt++) {
            try {
                return call.proceed();
            } catch (Exception e) {
                if (attempt == TRIES || !LOST_RACES.contains(sqlState(e))) {
                    throw e instanceof StoreException ? e : translated(e);
                }
            }
        }
    }

    public static StoreException translated(Exception failure) {
        SQLException sql = sqlException(failure);
        String state = sqlState(failure);
        if (state.startsWith("22") || state.startsWith("23")) {
            return new StoreRefusedException("PostgreSQL refused the data: " + firstLine(sql), failure);
        }
        if (state.equals(CANCELLED)) {
            return new StoreUnavailableException("PostgreSQL took too long for this, and was told to stop", failure);
        }
        return new StoreUnavailableException(
                "PostgreSQL is not available: " + firstLine(sql == null ? rootCause(failure) : sql), failure);
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
        return message.lines().findFirst().orElse(message);
    }
}
