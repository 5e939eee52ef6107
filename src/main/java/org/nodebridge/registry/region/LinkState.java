// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import java.time.Duration;
import java.util.Locale;
import org.nodebridge.registry.region.RemoteRowsRepository.RegionRow;

/** How it stands with another region. None of these removes a node. */
enum LinkState {
    /** All that it has published is known. */
    CONNECTED,
    /**
     * It has published more than has been read, has not published all its nodes yet, or its topic has not been read for
     * a while.
     */
    BEHIND,
    /** It is silent, or has never been heard of. */
    UNREACHABLE;

    /** @param silence for how long it may be silent */
    static LinkState of(RegionRow row, Duration silence) {
        if (row.silentFor() == null || row.silentFor() * 1000 > silence.toMillis()) {
            return UNREACHABLE;
        }
        return row.lag() > 0 || !row.complete() || unlooked(row, silence) ? BEHIND : CONNECTED;
    }

    /** Whether this registry has not looked at the topic for so long that it would not know of a silence. */
    static boolean unlooked(RegionRow row, Duration silence) {
        return row.lookedFor() != null && row.lookedFor() * 1000 > silence.toMillis();
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
