// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.verdict;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a verdict is, from the best to the worst; a verdict is as its worst reason. */
public enum Mood {
    /** Discovery can be trusted. */
    GOOD,
    /** There is nothing to trust or not: no node is registered. */
    NEUTRAL,
    /** It is not known yet. */
    UNKNOWN,
    /** It can be trusted with care. */
    FAIR,
    /** It cannot be trusted. */
    BAD;

    /** The name in the API. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
