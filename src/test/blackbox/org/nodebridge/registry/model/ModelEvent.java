// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.model;

import java.time.Instant;
import java.util.UUID;

/**
 * One thing a node says: the record, and what is to be thought of it.
 *
 * @param epoch as the record names it; {@code null} when it names none
 * @param marker tells one content of the node from another; of no meaning but in introductions
 * @param topic the record's topic, without the prefix of a registry
 */
public record ModelEvent(
        Kind kind, String nodeId, Long epoch, Instant time, UUID eventId, int marker, String topic, byte[] value) {

    /** What an event means. */
    public enum Kind {
        INTRODUCED,
        DEPARTED,
        HEARTBEAT
    }

    /** Whether it is about where its node is, which a heartbeat is not. */
    public boolean decides() {
        return kind != Kind.HEARTBEAT;
    }

    /** Whether it comes after the other event of its node, whichever of them arrives first. */
    public boolean supersedes(ModelEvent other) {
        if (epoch != null && other.epoch != null && epoch.longValue() != other.epoch) {
            return epoch > other.epoch;
        }
        int byTime = time.compareTo(other.time);
        return byTime > 0 || byTime == 0 && eventId.toString().compareTo(other.eventId.toString()) > 0;
    }

    /** The version that a node of this content says it has, by which the content is known in every store. */
    public String contentVersion() {
        return "1.0." + marker;
    }

    @Override
    public String toString() {
        return kind + " " + nodeId + " (" + epoch + ", " + time + ", " + eventId + ") marker " + marker;
    }
}
