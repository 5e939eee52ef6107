// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.explanation;

import java.util.List;
import java.util.Optional;
import org.nodebridge.registry.store.RegistrationHistoryRepository.LastState;
import org.nodebridge.registry.store.ToolRegistration.Cordon;
import org.nodebridge.registry.store.jdbc.StoredTime;

/**
 * What is known of a node, from wherever that is known.
 *
 * @param registered empty for a node that is not
 * @param lastState of a node that is not registered, where something is kept
 * @param letters of the node
 * @param elsewhere other regions that have a node of this id
 * @param conflictSince since when two processes use its id; {@code null} where they do not
 * @param intake why records that were sent may not have been read; {@code null} while all are
 */
record NodeFacts(
        String nodeId, Optional<Registered> registered, Optional<LastState> lastState, LetterSearch letters,
        List<String> elsewhere, StoredTime conflictSince, String intake) {

    /**
     * What the row of a registered node says.
     *
     * @param status active, suspect or draining
     * @param check passing, warning or critical, as the registry judges
     * @param health what the node last said of its health, or {@code null}
     * @param consulPending whether Consul has not confirmed the last change
     * @param consulRefusal why Consul refuses it; {@code null} where it does not
     * @param notCallable why it cannot be called; {@code null} where it can
     * @param probe what the last probe said, for people; {@code null} where none was made
     */
    record Registered(
            String status, String statusReason, String check, String health, StoredTime updatedAt,
            StoredTime lastSeenAt, boolean consulPending, String consulRefusal, String notCallable, Cordon cordon,
            StoredTime dampedUntil, String probe, InConsul consul) {}

    /**
     * What Consul has.
     *
     * @param present whether there is an entry
     * @param differences the fields by which it is another than it is to be
     * @param error why Consul does not say; {@code null} when it does
     */
    record InConsul(boolean present, List<String> differences, String error) {}
}
