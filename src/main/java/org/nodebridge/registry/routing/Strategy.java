// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How to choose among the nodes that fit. */
public enum Strategy {
    /** The better of two that chance chooses by capacity. */
    P2C,
    /** Chance by capacity alone. */
    WEIGHTED,
    /** The one that reported the fewest calls in flight for its capacity. */
    LEAST,
    /** Always the same node for the same key, while it is there and not overloaded. */
    HASH;

    static final String RULE = "must be one of "
            + Stream.of(values()).map(Strategy::wireName).collect(Collectors.joining(", "));

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Strategy> ofWireName(String name) {
        return Stream.of(values()).filter(strategy -> strategy.wireName().equals(name)).findFirst();
    }
}
