// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.UUID;

/**
 * The place of an event among the events of its node: (epoch, event time, event id), highest wins.
 *
 * <p>Tombstones, shutdown events and many introspections carry no epoch. Such an event belongs to whatever
 * epoch its node is in, so between two events of which one has none, time and id decide. {@code
 * registration_is_newer} in the schema states the same rule in SQL; the two must not drift apart.
 *
 * @param epoch the node's restart counter, 0 or more; {@code null} when the event names none
 * @param eventTime when the event happened by the sender's clock, already clamped when that ran ahead;
 *     microseconds at most, since PostgreSQL keeps no more
 * @param eventId the envelope's id; breaks ties, compared as unsigned text the way PostgreSQL compares a UUID
 */
public record EventVersion(Long epoch, Instant eventTime, UUID eventId) {

    private static final Comparator<EventVersion> BY_TIME =
            Comparator.comparing(EventVersion::eventTime).thenComparing(version -> version.eventId.toString());

    public EventVersion {
        Objects.requireNonNull(eventTime, "eventTime");
        Objects.requireNonNull(eventId, "eventId");
        eventTime = eventTime.truncatedTo(java.time.temporal.ChronoUnit.MICROS);
    }

    /** Whether this version is strictly newer than {@code other}, so that its event replaces the other's. */
    public boolean supersedes(EventVersion other) {
        if (epoch != null && other.epoch != null && !epoch.equals(other.epoch)) {
            return epoch > other.epoch;
        }
        return BY_TIME.compare(this, other) > 0;
    }
}
