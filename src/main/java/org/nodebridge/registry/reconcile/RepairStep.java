// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import java.time.Instant;
import org.nodebridge.registry.drift.Drift;
import org.nodebridge.registry.drift.Drift.Action;
import org.nodebridge.registry.drift.Finding;

/**
 * What is to be done about one finding.
 *
 * @param since when it was first found, or since when it is pending
 * @param reason why that, or why it failed; {@code null} where it goes without saying
 */
record RepairStep(Finding finding, Instant since, Action action, String reason, State state) {

    /** How far it has come. */
    enum State {
        /** Nothing was done, or nothing was to be done. */
        OPEN,
        DONE,
        /** It could not be done; the reason says why. */
        FAILED,
        /** The node has moved on since it was found, so that there is nothing left to do. */
        MOOT
    }

    public RepairStep(Finding finding, Instant since, Action action, String reason) {
        this(finding, since, action, reason, State.OPEN);
    }

    public RepairStep held(RemovalHold hold) {
        return new RepairStep(finding, since, Action.HELD, hold.reason());
    }

    public RepairStep failed(String why) {
        return new RepairStep(finding, since, action, why, State.FAILED);
    }

    public RepairStep done() {
        return new RepairStep(finding, since, action, reason, State.DONE);
    }

    public RepairStep moot() {
        return new RepairStep(finding, since, action, reason, State.MOOT);
    }

    /** Whether Consul and PostgreSQL disagree over it still. */
    public boolean stays() {
        return state == State.OPEN || state == State.FAILED;
    }

    /** Whether it is done by writing the row: it has one, and its entry stands where rows are written to. */
    public boolean byRow() {
        return action == Action.REGISTER || action == Action.REWRITE
                || action == Action.DEREGISTER && !finding.rowless() && !finding.stray();
    }

    /** Whether it is done by removing the entry. */
    public boolean byRemoval() {
        return action == Action.DEREGISTER && !byRow();
    }

    public Drift drift(String ourConsulNode) {
        Drift.Key key = finding.key(ourConsulNode);
        return new Drift(key.nodeId(), key.kind(), key.consulNode(), since, finding.fields(), action, reason);
    }
}
