// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.concurrent;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is done again and again, never by two threads at once in one process. It survives anything its body
 * throws: an outage is logged at DEBUG, as the health of the server concerned says it already, anything else is a
 * defect and logged at ERROR, the same one every half minute. The figures are safe from any thread.
 */
public final class RecurringTask implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(RecurringTask.class);

    /** How often the same defect, run after run, is logged. */
    private static final Duration LOGGED_EACH = Duration.ofSeconds(30);

    private final String name;
    private final Duration period;
    private final BooleanSupplier precondition;
    private final Runnable body;
    private final Runnable onDefect;
    private volatile Instant lastSuccess;
    private long loggedAt;
    private volatile String defect;

    /**
     * @param name lower case with underscores, a label of metrics
     * @param period from the end of a run to the begin of the next
     * @param precondition whether there is anything to do now; a run without it is neither a success nor a failure
     * @param onDefect called after each run that ended by a defect
     */
    public RecurringTask(
            String name, Duration period, BooleanSupplier precondition, Runnable body, Runnable onDefect) {
        this.name = name;
        this.period = period;
        this.precondition = precondition;
        this.body = body;
        this.onDefect = onDefect;
    }

    public String name() {
        return name;
    }

    public Duration period() {
        return period;
    }

    /** When a run last ended without an exception; {@code null} while none has. */
    public Instant lastSuccess() {
        return lastSuccess;
    }

    /** The defect by which the last run ended, as a person reads it; {@code null} when it did not end by one. */
    public String defect() {
        return defect;
    }

    @Override
    public void run() {
        try {
            if (precondition.getAsBoolean()) {
                body.run();
                lastSuccess = Instant.now();
                defect = null;
            }
        } catch (RuntimeException | Error e) {
            // an error too: a schedule ends for good at the first exception that leaves it
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        if (failure instanceof ServerUnavailable) {
            defect = null;
            LOG.atDebug().addKeyValue("task", name).addKeyValue("reason", failure.getMessage())
                    .log("A recurring task cannot run now");
        } else {
            boolean known = failure.toString().equals(defect) && System.nanoTime() - loggedAt < LOGGED_EACH.toNanos();
            defect = failure.toString();
            if (!known) {
                loggedAt = System.nanoTime();
                LOG.atError().setCause(failure).addKeyValue("task", name)
                        .addKeyValue("nextInSeconds", period.toSeconds())
                        .log("A recurring task has failed, and will run again");
            }
            onDefect.run();
        }
    }
}
