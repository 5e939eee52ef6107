// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.nodebridge.registry.store.jdbc.StoreDefectException;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/** Tells a defect of the registry, which comes back for the same records, from an outage, which ends. */
public final class Defects {

    private static final int MOST_CAUSES = 20;

    private Defects() {}

    /**
     * Whether PostgreSQL answers but fails at it, which may be so for one record only, or for all. Others than {@link
     * #isDefect} tells.
     */
    public static boolean isOfDatabase(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (cause instanceof StoreDefectException defect && defect.ofDatabase()) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /**
     * Whether the failure may be a record's fault: neither a store nor the broker that is unavailable, nor a database
     * without a column or privilege that every record needs, nor an executor that is full or stops, nor a wait
     * whose time is up.
     *
     * @throws Error the failure itself, where the JVM cannot go on, such as an {@link OutOfMemoryError}
     */
    public static boolean isDefect(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (cause instanceof VirtualMachineError error && !(cause instanceof StackOverflowError)) {
                throw error;
            }
            if (cause instanceof StoreUnavailableException
                    || cause instanceof StoreDefectException defect && defect.ofDatabase()
                    || cause instanceof KafkaException
                    || cause instanceof RejectedExecutionException
                    || cause instanceof TimeoutException) {
                return false;
            }
            cause = cause.getCause();
        }
        return true;
    }
}
