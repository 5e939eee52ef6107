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
 * @param version of that event, with the epoch that it named
 * @param epoch the highest that the node has been in, which an event that names none leaves as it is; {@code null} for
 *     none
 * @param contentHash of an introspection event, or of the last one before a departure; {@code null} when there was none
 */
public record NewestEvent(String nodeId, Kind kind, EventVersion version, Long epoch, String contentHash) {

    public enum Kind {
        INTRODUCED,
        DEPARTED,
        HEARTBEAT
    }

    public static NewestEvent of(OfNode event) {
        Kind kind = event instanceof Heartbeat ? Kind.HEARTBEAT : Kind.DEPARTED;
        String hash = null;
        if (event instanceof Introduced introduced) {
            kind = Kind.INTRODUCED;
            hash = ContentHash.of(introduced.node(), ContentHash.VOLATILE_METADATA);
        }
        return new NewestEvent(event.nodeId(), kind, event.version(), event.version().epoch(), hash);
    }

    public static NewestEvent of(ToolRegistration row) {
        Kind kind = row.status().registered() ? Kind.INTRODUCED : Kind.DEPARTED;
        // the content of a node that drains has to be published again, the same or not
        String hash = row.status() == RegistrationStatus.DRAINING ? "" : row.contentHash();
        return new NewestEvent(row.nodeId(), kind, row.orderedVersion(Instant.now()), row.knownEpoch(), hash);
    }

    /** Whether the node is registered after it. */
    public boolean live() {
        return kind == Kind.INTRODUCED;
    }

    /**
     * Whether the next event replaces it, as {@code registration_is_newer} has it for a row: an epoch below one that is
     * known is over; else the next is compared with this event, as each was sent.
     */
    public boolean isReplacedBy(NewestEvent next) {
        if (version.eventTime().equals(ToolRegistration.BEFORE_ANY)) {
            return true;
        }
        boolean isOver = next.version.epoch() != null && epoch != null && next.version.epoch() < epoch;
        return !isSameAs(next) && !isOver && next.version.supersedes(version);
    }

    /** Whether it is the very event, which may lie at another place a second time. */
    private boolean isSameAs(NewestEvent next) {
        return next.version.eventTime().equals(version.eventTime())
                && next.version.eventId().equals(version.eventId());
    }

    /**
     * What is newest after the next event, which is no heartbeat. The order is not transitive where some events name an
     * epoch and others do not, so events are to be folded one by one as they came, beginning with the node's row.
     */
    public NewestEvent then(NewestEvent next) {
        if (!isReplacedBy(next)) {
            boolean moves = isSameAs(next) && next.version.position().compareTo(version.position()) > 0;
            return moves
                    ? new NewestEvent(nodeId, kind, version.at(next.version.position()), epoch, contentHash)
                    : this;
        }
        return new NewestEvent(
                nodeId, next.kind, next.version, next.version.epoch() == null ? epoch : next.version.epoch(),
                next.contentHash == null ? contentHash : next.contentHash);
    }
}
