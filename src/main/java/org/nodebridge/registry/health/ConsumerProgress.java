package org.nodebridge.registry.health;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;

/** What the consumer tells of itself, for liveness and start-up. Safe from any thread. */
@ApplicationScoped
public class ConsumerProgress {

    private volatile boolean started;
    private volatile Instant stalledSince;
    private volatile String waitingFor;

    /** The consumer has been let go. */
    public void started() {
        started = true;
    }

    /** A batch is done and its offsets are committed. */
    public void progressed() {
        stalledSince = null;
        waitingFor = null;
    }

    /** A batch waits for a store or for Kafka. */
    public void waitsFor(String obstacle) {
        waitingFor = obstacle;
    }

    /**
     * Takes a look from outside, every few seconds.
     *
     * @param shouldMove whether there is lag and everything the consumer needs is there
     */
    public void observed(boolean shouldMove, Instant now) {
        if (!shouldMove) {
            stalledSince = null;
        } else if (stalledSince == null) {
            stalledSince = now;
        }
    }

    boolean hasStarted() {
        return started;
    }

    boolean stalledLongerThan(Duration limit, Instant now) {
        Instant since = stalledSince;
        return since != null && since.plus(limit).isBefore(now);
    }

    /** What a batch waits for, or {@code null}. */
    public String waitingFor() {
        return waitingFor;
    }
}
