// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import java.time.Instant;
import java.util.Optional;
import org.nodebridge.registry.config.ReconcileSettings;
import org.nodebridge.registry.drift.Finding;

/**
 * Whether entries may be removed from Consul now. An entry is what callers find a living node by, so that every reason
 * to think that we may not know of the node yet holds its removal up.
 *
 * @param caughtUpAt when the consumer had read what lay in Kafka at this replica's start; {@code null} before
 * @param readUpTo up to which time the consumer has read what lay in Kafka then; {@code null} when not known
 * @param quietSince since when this replica leads and no replay has written
 * @param replaying whether a replay writes now
 * @param others whether another installation is known, by its entries or its note, living or dead
 * @param registeredNodes whether PostgreSQL has any registered node
 */
record DeletionSafety(
        Instant caughtUpAt, Instant readUpTo, Instant quietSince, boolean replaying, boolean others,
        boolean registeredNodes,
        ReconcileSettings settings, Instant now) {

    /** Why entries of nodes without a row are not removed, whichever; empty when they may be. */
    Optional<RemovalHold> holdsRowless() {
        Optional<RemovalHold> hold = holdsAll();
        if (hold.isPresent()) {
            return hold;
        }
        if (!registeredNodes) {
            return Optional.of(RemovalHold.NO_REGISTERED_NODES);
        }
        // the leader changes when PostgreSQL has been away, and then what was written ahead has no row yet
        Instant quiet = caughtUpAt.isAfter(quietSince) ? caughtUpAt : quietSince;
        return now.isBefore(quiet.plus(settings.startGrace())) ? Optional.of(RemovalHold.START_GRACE)
                : Optional.empty();
    }

    /**
     * Why this one is not removed; empty when it may be.
     *
     * @param since when it was first found
     */
    Optional<RemovalHold> holds(Finding extra, Instant since) {
        if (others && extra.instance().installation() == null) {
            return Optional.of(RemovalHold.INSTALLATION_UNKNOWN);
        }
        if (!extra.rowless()) {
            return holdsAll();
        }
        Optional<RemovalHold> hold = holdsRowless();
        if (hold.isPresent()) {
            return hold;
        }
        // while PostgreSQL is unavailable for a replica it writes to Consul only; the event is then not committed in
        // Kafka, or, of a node registered manually, about to be put there
        boolean settled = readUpTo != null && !since.plus(settings.pendingLimit()).isAfter(readUpTo);
        return settled ? Optional.empty() : Optional.of(RemovalHold.SEEN_TOO_RECENTLY);
    }

    /** A replay may leave the tombstone of a node whose return it has yet to come to. */
    private Optional<RemovalHold> holdsAll() {
        if (caughtUpAt == null) {
            return Optional.of(RemovalHold.NOT_CAUGHT_UP);
        }
        return replaying ? Optional.of(RemovalHold.REPLAY_RUNNING) : Optional.empty();
    }
}
