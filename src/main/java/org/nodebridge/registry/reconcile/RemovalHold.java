// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.reconcile;

import java.util.Locale;

/** Why an entry that is too many is not removed in this pass. */
enum RemovalHold {
    NOT_CAUGHT_UP("the consumer has not read yet what lay in Kafka when this replica started"),
    REPLAY_RUNNING("events are being replayed; PostgreSQL may show what is long past"),
    NO_REGISTERED_NODES("PostgreSQL has no registered node: it may be empty because it was lost"),
    START_GRACE("nodes are given time to answer after a start, a change of the leader or a replay"),
    SEEN_TOO_RECENTLY("it was found only now; its node's event may still lie in Kafka"),
    INSTALLATION_UNKNOWN("it does not say which installation wrote it, and another one is known here"),
    OWN_ENTRY_NOT_WRITTEN("the node's entry under our Consul node is not there yet"),
    DELETION_CAP("this pass has removed as many as it may"),
    NOT_LEADING("this replica may not lead long enough");

    private final String text;

    RemovalHold(String text) {
        this.text = text;
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** For a person, with the name first. */
    String reason() {
        return wireName() + ": " + text;
    }
}
