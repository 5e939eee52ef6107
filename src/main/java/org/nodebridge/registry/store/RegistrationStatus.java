// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import java.util.Locale;

/** Where a node is in its life, as the column {@code status} keeps it. */
public enum RegistrationStatus {
    /** It lives, as far as is known, and can be discovered. */
    ACTIVE,
    /** Its lease has ended and it is being looked after. */
    SUSPECT,
    /** It said that it will be back: not discoverable, its row kept. */
    DRAINING,
    /** The registry gave it up. */
    EXPIRED,
    /** It left; the row is its tombstone. */
    DEPARTED;

    /** The value in PostgreSQL and in the API. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether callers may find the node in Consul. */
    public boolean discoverable() {
        return this == ACTIVE || this == SUSPECT;
    }

    /** Whether the node counts as registered at all. */
    public boolean registered() {
        return this != EXPIRED && this != DEPARTED;
    }

    public static RegistrationStatus ofWireName(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
