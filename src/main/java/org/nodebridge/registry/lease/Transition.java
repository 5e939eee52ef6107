// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import static org.nodebridge.registry.store.RegistrationStatus.ACTIVE;
import static org.nodebridge.registry.store.RegistrationStatus.DEPARTED;
import static org.nodebridge.registry.store.RegistrationStatus.DRAINING;
import static org.nodebridge.registry.store.RegistrationStatus.EXPIRED;
import static org.nodebridge.registry.store.RegistrationStatus.SUSPECT;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.nodebridge.registry.store.RegistrationStatus;

/**
 * The life of a node: every change of {@link RegistrationStatus} that there is, and what the history calls it. A node
 * never heard of begins with {@link #REGISTER}, or with {@link #DEPART} where its departure comes first.
 */
public enum Transition {
    /** An introspection event, newer than all that is known. */
    REGISTER(EnumSet.allOf(RegistrationStatus.class), ACTIVE, "updated"),
    /** The lease ended, or probes fail. */
    LAPSE(EnumSet.of(ACTIVE), SUSPECT, "suspect"),
    /** A heartbeat, or a probe that answers. */
    RECOVER(EnumSet.of(SUSPECT), ACTIVE, "recovered"),
    /** The registry gives the node up. */
    EXPIRE(EnumSet.of(ACTIVE, SUSPECT, DRAINING), EXPIRED, "expired"),
    /** A departure of a node that will be back. */
    DRAIN(EnumSet.of(ACTIVE, SUSPECT, DRAINING), DRAINING, "draining"),
    /** A departure. */
    DEPART(EnumSet.allOf(RegistrationStatus.class), DEPARTED, "departed");

    private final Set<RegistrationStatus> from;
    private final RegistrationStatus to;
    private final String change;

    Transition(Set<RegistrationStatus> from, RegistrationStatus to, String change) {
        this.from = from;
        this.to = to;
        this.change = change;
    }

    /** Whether a node may go from one state to another, or stay in it. */
    public static boolean allows(RegistrationStatus from, RegistrationStatus to) {
        for (Transition transition : values()) {
            if (transition.to == to && transition.from.contains(from)) {
                return true;
            }
        }
        return from == to;
    }

    /** The state it leads to. */
    public RegistrationStatus to() {
        return to;
    }

    /** What the history calls it; the first registration of a node is {@code registered}. */
    public String change() {
        return change;
    }

    /** The states it leads from, as an SQL list. */
    String fromSql() {
        return from.stream()
                .map(status -> "'" + status.name().toLowerCase(Locale.ROOT) + "'")
                .collect(Collectors.joining(", ", "(", ")"));
    }

    /** The state it leads to, as an SQL literal. */
    String toSql() {
        return "'" + to.wireName() + "'";
    }
}
