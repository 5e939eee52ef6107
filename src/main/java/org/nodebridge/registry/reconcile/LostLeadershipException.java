// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

/** Another replica leads by now, and this one must not go on. */
class LostLeadershipException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LostLeadershipException() {
        super("this replica no longer leads; the next leader does what it has left");
    }
}
