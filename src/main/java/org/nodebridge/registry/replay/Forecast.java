// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.store.ToolRegistration;

/** What an event would do to its node's row, said without doing it. */
public enum Forecast {
    /** There is no live registration; there would be. */
    REGISTER,
    /** The registration's content would change. */
    UPDATE,
    /** The registration would end. */
    DEREGISTER,
    /** A heartbeat, or an introspection event that says nothing new. */
    RENEW,
    /** It has been applied before, or it is a departure of a node that is not there. */
    UNCHANGED,
    /** It has been applied before, and the row has other content since: replaying it does not change that. */
    DIFFERS,
    /** A newer event of the node has been applied. */
    STALE,
    /** A heartbeat of a node that is not registered. */
    UNKNOWN;

    /** Whether anything but the lease would change. */
    public boolean changes() {
        return this == REGISTER || this == UPDATE || this == DEREGISTER;
    }

    /** @param row the node's, tombstone or not; {@code null} when it has none */
    public static Forecast of(OfNode event, ToolRegistration row) {
        return of(NewestEvent.of(event), row == null ? null : NewestEvent.of(row));
    }

    /** @param stored the newest that has been applied, or {@code null} */
    public static Forecast of(NewestEvent event, NewestEvent stored) {
        if (event.kind() == NewestEvent.Kind.HEARTBEAT) {
            return stored != null && stored.live() ? RENEW : UNKNOWN;
        }
        if (stored == null || stored.isReplacedBy(event)) {
            return ofChange(stored, event);
        }
        if (!event.version().eventId().equals(stored.version().eventId())) {
            return STALE;
        }
        return event.live() && stored.live() && !event.contentHash().equals(stored.contentHash())
                ? DIFFERS
                : UNCHANGED;
    }

    /** @param before what was there, or {@code null} */
    static Forecast ofChange(NewestEvent before, NewestEvent after) {
        boolean was = before != null && before.live();
        if (!after.live()) {
            return was ? DEREGISTER : UNCHANGED;
        }
        if (!was) {
            return REGISTER;
        }
        return after.contentHash().equals(before.contentHash()) ? RENEW : UPDATE;
    }
}
