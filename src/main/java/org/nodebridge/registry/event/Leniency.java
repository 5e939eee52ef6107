// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import java.util.Locale;

/** A departure from the strict form of an envelope that is read all the same, and counted. */
public enum Leniency {
    UNKNOWN_FIELD,
    TIME_WITHOUT_ZONE,
    ENUM_CASE,
    FRACTIONAL_UPTIME,
    MISSING_SOURCE,
    MISSING_TIMESTAMP,
    MISSING_CORRELATION_ID,
    MISSING_EVENT_TYPE,
    MISSING_LAST_ACTIVITY,
    CORRELATION_ID_FORMAT,
    VERSION_FORMAT,
    EPOCH_ZERO,
    EPOCH_IMPLAUSIBLE,
    CLOCK_AHEAD;

    /** The value of the metric label. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
