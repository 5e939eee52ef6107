// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.UUID;

/**
 * The place of an event among the events of its node: (epoch, event time, position, event id), highest wins. Times
 * often have whole seconds, so two events of one partition may have the same: then the later one wins. Every replica
 * reads the same positions, so all come to the same order, regardless of which partition they read first.
 *
 * <p>Tombstones, shutdown events and many introspections carry no epoch. Such an event belongs to the epoch that its
 * node is in, so between two events of which one has none, the rest decides. {@code
 * registration_is_newer} in the schema states the same rule in SQL; the two must not drift apart.
 *
 * @param epoch the node's restart counter, 0 or more; {@code null} when the event names none
 * @param eventTime when the event happened by the sender's clock, already clamped when that ran ahead;
 *     microseconds at most, since PostgreSQL keeps no more
 * @param position where its record lies, by {@link SourcePosition}; {@link SourcePosition#NONE} for none
 * @param eventId the envelope's id; breaks ties that are left, compared as unsigned text the way PostgreSQL compares a
 *     UUID
 */
public record EventVersion(Long epoch, Instant eventTime, String position, UUID eventId) {

    private static final Comparator<EventVersion> BY_TIME =
            Comparator.comparing(EventVersion::eventTime)
                    .thenComparing(EventVersion::position)
                    .thenComparing(version -> version.eventId.toString());

    public EventVersion {
        Objects.requireNonNull(eventTime, "eventTime");
        Objects.requireNonNull(position, "position");
        Objects.requireNonNull(eventId, "eventId");
        eventTime = eventTime.truncatedTo(java.time.temporal.ChronoUnit.MICROS);
    }

    /** Of an event that came from no topic. */
    public EventVersion(Long epoch, Instant eventTime, UUID eventId) {
        this(epoch, eventTime, SourcePosition.NONE, eventId);
    }

    /** The same of an event whose record lies there. */
    public EventVersion at(String place) {
        return new EventVersion(epoch, eventTime, place, eventId);
    }

    /** Whether this version is strictly newer than {@code other}, so that its event replaces the other's. */
    public boolean supersedes(EventVersion other) {
        if (epoch != null && other.epoch != null && !epoch.equals(other.epoch)) {
            return epoch > other.epoch;
        }
        return BY_TIME.compare(this, other) > 0;
    }
}
