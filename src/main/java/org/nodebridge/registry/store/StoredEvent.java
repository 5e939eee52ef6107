// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

/**
 * What PostgreSQL did with one event.
 *
 * @param epoch the node's epoch after it, or {@code null}
 * @param revision the row's revision after it; 0 when there is no row
 * @param pendingForCatalog whether Consul has not yet confirmed that revision
 * @param checkStatus passing, warning or critical, as the row says after it; {@code null} when there is no row
 * @param cordoned whether an operator has cordoned the node
 * @param weightStep of the entry's weights; {@code null} for none
 * @param checkStands whether Consul has confirmed the very check that the row calls for, so that it need not be written
 */
public record StoredEvent(
        String nodeId, Outcome outcome, Long epoch, long revision, boolean pendingForCatalog, String checkStatus,
        boolean cordoned, Integer weightStep, boolean checkStands) {

    /** One whose check is written to Consul with all else that is pending, and that is not cordoned. */
    public StoredEvent(
            String nodeId, Outcome outcome, Long epoch, long revision, boolean pendingForCatalog, String checkStatus) {
        this(nodeId, outcome, epoch, revision, pendingForCatalog, checkStatus, false, null, false);
    }

    StoredEvent withCordon() {
        return new StoredEvent(
                nodeId, outcome, epoch, revision, pendingForCatalog, checkStatus, true, weightStep, checkStands);
    }

    StoredEvent withCheckThatStands() {
        return new StoredEvent(
                nodeId, outcome, epoch, revision, pendingForCatalog, checkStatus, cordoned, weightStep, true);
    }
}
