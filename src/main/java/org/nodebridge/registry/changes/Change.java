// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.nodebridge.registry.store.jdbc.StoredTime;

/**
 * One row of the history, with what it changed.
 *
 * @param change what the history calls it: registered, updated, health, suspect, recovered, draining, expired,
 *     departed, owner_released, cordoned, uncordoned
 * @param reason why the node is in its status, or {@code null}
 * @param status the node's after the change
 * @param statusBefore the node's before it; {@code null} when the history has no earlier change of the node
 * @param health passing, warning or critical
 * @param changedFields what is different from the change of the node before: {@code status}, {@code health}, {@code
 * node_type}, {@code epoch}, {@code cordon} and the names of content fields, in the order of the alphabet; everything
 * where the
 *     history has no change before
 * @param content what the node said about itself, where that changed; {@code null} otherwise
 */
public record Change(
        long revision,
        String nodeId,
        String nodeType,
        String change,
        String reason,
        String status,
        String statusBefore,
        String health,
        Long epoch,
        StoredTime eventTimestamp,
        UUID eventId,
        Instant changedAt,
        List<String> changedFields,
        Said content) {

    private static final Set<String> DISCOVERABLE = Set.of("active", "suspect");

    /** What is done to a node of any status, which stays as it is. */
    private static final Set<String> LEAVES_STATUS = Set.of("owner_released", "cordoned", "uncordoned");

    /** What a change is to those who only know the nodes that can be discovered. */
    public enum Kind {
        ADDED,
        UPDATED,
        REMOVED
    }

    /**
     * A node that left discovery is removed, also when it had left already; one that was never there, or comes back, is
     * added; all else is an update.
     */
    public Kind kind() {
        if (!DISCOVERABLE.contains(status)) {
            return Kind.REMOVED;
        }
        return wasThere() ? Kind.UPDATED : Kind.ADDED;
    }

    /** How many more nodes can be discovered after it than before: 1, 0 or -1. */
    public int gained() {
        return (DISCOVERABLE.contains(status) ? 1 : 0) - (wasThere() ? 1 : 0);
    }

    private boolean wasThere() {
        if (LEAVES_STATUS.contains(change)) {
            return DISCOVERABLE.contains(status); // which that leaves as it was
        }
        return statusBefore == null ? !change.equals("registered") : DISCOVERABLE.contains(statusBefore);
    }

    /** Why it is no longer there: the reason that is known, else the status. */
    public String removalReason() {
        return reason == null ? status : reason;
    }

    /**
     * What a node said about itself, each as PostgreSQL writes it.
     *
     * @param others its role, version, environment and so on, as an object of texts and nulls
     */
    public record Said(String capabilities, String endpoints, String metadata, String others) {}
}
