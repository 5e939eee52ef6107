// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.health;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/** What the consumer reports about itself, for liveness and start-up. Safe from any thread. */
@ApplicationScoped
public class ConsumerProgress {

    private volatile boolean started;
    private volatile Long stalledSince;
    private volatile String waitingFor;
    private volatile Set<String> assignedPartitions = Set.of();
    private volatile Set<String> allPartitions = Set.of();
    private volatile Set<String> unheard = Set.of();
    private volatile Set<String> heldByOthers = Set.of();
    private volatile Set<String> unwritable = Set.of();
    private volatile Instant caughtUpAt;
    private volatile Instant readUpTo;
    private volatile String endedBecause;
    private final AtomicLong defects = new AtomicLong();
    private volatile String lastDefect;
    private final AtomicLong lostDeadLetters = new AtomicLong();
    private volatile String lastLostDeadLetter;
    private volatile Long goneSince;

    /**
     * No record will be read any more until the process is started again.
     *
     * @param reason for a person; shown to every caller, so it names no host and quotes no record
     */
    public void ended(String reason) {
        if (endedBecause == null) {
            endedBecause = reason;
        }
    }

    /** Why no record will be read any more; empty while that is not so. */
    public Optional<String> endedBecause() {
        return Optional.ofNullable(endedBecause);
    }

    /** The registry itself has failed at a record, {@code topic-partition@offset}, which becomes a dead letter. */
    public void defect(String place) {
        defects.incrementAndGet();
        lastDefect = place;
    }

    /** A dead letter that the broker will never take, of a record at this place, and why. */
    public void deadLetterLost(String place, String reason) {
        lostDeadLetters.incrementAndGet();
        lastLostDeadLetter = place + ": " + reason;
    }

    /** What went wrong for good since the start, as name and figure or text; empty when nothing did. */
    public Map<String, Object> losses() {
        Map<String, Object> losses = new LinkedHashMap<>();
        if (defects.get() > 0) {
            losses.put("defects", defects.get());
            losses.put("last_defect", lastDefect);
        }
        if (lostDeadLetters.get() > 0) {
            losses.put("dead_letters_not_written", lostDeadLetters.get());
            losses.put("last_dead_letter_not_written", lastLostDeadLetter);
        }
        return losses;
    }

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

    /** The records at which a batch fails are fewer than they were. */
    public void narrowed() {
        stalledSince = null;
    }

    /**
     * Observes the consumer from outside, every few seconds.
     *
     * @param shouldMove whether there is lag and everything the consumer needs is there
     * @param now by {@link System#nanoTime}, as a clock that jumps is no standstill
     */
    public void observed(boolean shouldMove, long now) {
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

    /** All partitions of the input topics, as {@code topic-partition}. */
    public void allPartitions(Set<String> partitions) {
        allPartitions = Set.copyOf(partitions);
    }

    /** All partitions of the input topics; empty while Kafka has not been asked. */
    public Set<String> allPartitions() {
        return allPartitions;
    }

    /**
     * Takes in who consumes which partition.
     *
     * @param missing the partitions that no replica of this registry consumes now
     * @param forLong those of them that none has consumed for longer than a rebalance takes
     */
    public void unheard(Set<String> missing, Set<String> forLong) {
        unheard = new TreeSet<>(missing);
        heldByOthers = new TreeSet<>(forLong);
    }

    /** The partitions of which no replica hears now, in order. While there are any, no lease ends. */
    public Set<String> unheard() {
        return unheard;
    }

    /**
     * The partitions of which no replica has heard for a while, in order: another program is in the consumer group.
     */
    public Set<String> heldByOthers() {
        return heldByOthers;
    }

    /** The partitions, as {@code topic-partition}, to which nodes cannot write now. */
    public void unwritable(Set<String> partitions) {
        unwritable = new TreeSet<>(partitions);
    }

    /** The partitions to which nodes cannot write now, in order. While there are any, no lease ends. */
    public Set<String> unwritable() {
        return unwritable;
    }

    /**
     * The consumer group has done all that could be read in the topics when this replica started. Of several times the
     * first counts, but one that has not come yet is of a clock that has been set back since.
     */
    public void caughtUp(Instant now) {
        if (caughtUpAt == null || now.isBefore(caughtUpAt)) {
            caughtUpAt = now;
        }
    }

    /** Since when the group has committed all that lay in the topics when this replica started; empty before. */
    public Optional<Instant> caughtUpAt() {
        return Optional.ofNullable(caughtUpAt);
    }

    /** The consumer group has done all that could be read in the topics at this time. */
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

    /**
     * Whether the consumer's polling thread answered when the broker did.
     *
     * @param now by {@link System#nanoTime}
     */
    public void answered(boolean answers, long now) {
        if (answers) {
            goneSince = null;
        } else if (goneSince == null) {
            goneSince = now;
        }
    }

    /** The broker does not answer, so that a consumer that does nothing, or did not answer before, is not at fault. */
    public void brokerUnavailable() {
        stalledSince = null;
        goneSince = null;
    }

    boolean goneLongerThan(Duration limit, long now) {
        return longerThan(limit, goneSince, now);
    }

    boolean hasStarted() {
        return started;
    }

    boolean stalledLongerThan(Duration limit, long now) {
        return longerThan(limit, stalledSince, now);
    }

    private static boolean longerThan(Duration limit, Long since, long now) {
        return since != null && now - since > limit.toNanos();
    }

    /** What a batch waits for, or {@code null}. */
    public String waitingFor() {
        return waitingFor;
    }
}
