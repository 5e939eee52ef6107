// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import java.time.Instant;
import org.nodebridge.registry.store.Drift;
import org.nodebridge.registry.store.Drift.Action;

/**
 * What is to be done about one finding.
 *
 * @param since when it was first found, or since when it is owed
 * @param reason why that, or why it failed; {@code null} where it goes without saying
 */
record Step(Finding finding, Instant since, Action action, String reason, State state) {

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

    Step(Finding finding, Instant since, Action action, String reason) {
        this(finding, since, action, reason, State.OPEN);
    }

    Step held(Hold hold) {
        return new Step(finding, since, Action.HELD, hold.reason());
    }

    Step failed(String why) {
        return new Step(finding, since, action, why, State.FAILED);
    }

    Step done() {
        return new Step(finding, since, action, reason, State.DONE);
    }

    Step moot() {
        return new Step(finding, since, action, reason, State.MOOT);
    }

    /** Whether Consul and PostgreSQL disagree over it still. */
    boolean stays() {
        return state == State.OPEN || state == State.FAILED;
    }

    /** Whether it is done by writing the row: it has one, and its entry stands where rows are written to. */
    boolean byRow() {
        return action == Action.REGISTER || action == Action.REWRITE
                || action == Action.DEREGISTER && !finding.rowless() && !finding.stray();
    }

    /** Whether it is done by removing the entry. */
    boolean byRemoval() {
        return action == Action.DEREGISTER && !byRow();
    }

    Drift drift(String ourConsulNode) {
        Drift.Key key = finding.key(ourConsulNode);
        return new Drift(key.nodeId(), key.kind(), key.consulNode(), since, finding.fields(), action, reason);
    }
}
