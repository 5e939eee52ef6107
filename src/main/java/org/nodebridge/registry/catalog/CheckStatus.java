// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.Locale;
import java.util.Optional;

/** What the check of a node says in Consul. Callers are given passing and warning nodes, never critical ones. */
public enum CheckStatus {
    PASSING,
    WARNING,
    CRITICAL;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** Consul's own name for it. */
    public String wireName() {
        return wireName;
    }

    /** Finds a status by its exact wire name; Consul's {@code maintenance} is none of ours. */
    public static Optional<CheckStatus> ofWireName(String name) {
        for (CheckStatus status : values()) {
            if (status.wireName.equals(name)) {
                return Optional.of(status);
            }
        }
        return Optional.empty();
    }
}
