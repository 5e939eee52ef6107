// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the consumer tells of itself, for liveness and start-up. Safe from any thread. */
@ApplicationScoped
public class ConsumerProgress {

    private volatile boolean started;
    private volatile Instant stalledSince;
    private volatile String waitingFor;
    private volatile Set<String> assignedPartitions = Set.of();
    private volatile Instant caughtUpAt;
    private volatile Instant readUpTo;

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

    /** The partitions this replica consumes now, as {@code topic-partition}. */
    public void assigned(Set<String> partitions) {
        assignedPartitions = new TreeSet<>(partitions);
    }

    public Set<String> assignedPartitions() {
        return assignedPartitions;
    }

    /** The consumer group has committed all that lay in the topics when this replica started. */
    public void caughtUp(Instant now) {
        if (caughtUpAt == null) {
            caughtUpAt = now;
        }
    }

    /** Since when the group has committed all that lay in the topics when this replica started; empty before. */
    public Optional<Instant> caughtUpAt() {
        return Optional.ofNullable(caughtUpAt);
    }

    /** The consumer group has committed all that lay in the topics at this time. */
    public void readUpTo(Instant time) {
        readUpTo = time;
    }

    /**
     * Up to which time the group has committed what lay in the topics then, give or take the few seconds between two
     * looks; empty before the first time it had.
     */
    public Optional<Instant> readUpTo() {
        return Optional.ofNullable(readUpTo);
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
