// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import java.time.Instant;
import org.nodebridge.registry.event.ContentHash;
import org.nodebridge.registry.event.EventVersion;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.store.RegistrationStatus;
import org.nodebridge.registry.store.ToolRegistration;

/**
 * What is to be known of the newest event of a node to say what the next one does.
 *
 * @param contentHash of an introspection event, or of the last one before a departure; {@code null} when there was none
 */
public record NewestEvent(String nodeId, Kind kind, EventVersion version, String contentHash) {

    public enum Kind {
        INTRODUCED,
        DEPARTED,
        HEARTBEAT
    }

    public static NewestEvent of(OfNode event) {
        if (event instanceof Introduced introduced) {
            String hash = ContentHash.of(introduced.node(), ContentHash.VOLATILE_METADATA);
            return new NewestEvent(event.nodeId(), Kind.INTRODUCED, event.version(), hash);
        }
        Kind kind = event instanceof Heartbeat ? Kind.HEARTBEAT : Kind.DEPARTED;
        return new NewestEvent(event.nodeId(), kind, event.version(), null);
    }

    public static NewestEvent of(ToolRegistration row) {
        Kind kind = row.status().registered() ? Kind.INTRODUCED : Kind.DEPARTED;
        // the content of a node that drains has to be published again, the same or not
        String hash = row.status() == RegistrationStatus.DRAINING ? "" : row.contentHash();
        return new NewestEvent(row.nodeId(), kind, row.orderedVersion(Instant.now()), hash);
    }

    /** Whether the node is registered after it. */
    public boolean live() {
        return kind == Kind.INTRODUCED;
    }

    /**
     * What is newest after the next event, which is no heartbeat, as the version guard in SQL has it: an event that
     * names no epoch belongs to the epoch its node is in.
     */
    public NewestEvent then(NewestEvent next) {
        if (!next.version.supersedes(version)) {
            return this;
        }
        Long epoch = next.version.epoch() == null ? version.epoch() : next.version.epoch();
        return new NewestEvent(
                nodeId,
                next.kind,
                new EventVersion(
                        epoch, next.version.eventTime(), next.version.position(), next.version.eventId()),
                next.contentHash == null ? contentHash : next.contentHash);
    }
}
