// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
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

    /**
     * How many revisions are between what is known of the region and the last record of its topic. Empty where
     * revisions do not tell: what an unreachable region has published is not known here, nor what stands on a topic
     * that is not read, and before all nodes have come it is these that are missing, and not changes of them. An older
     * replica that reads the topic does not note its newest revision, which is then out of date.
     */
    static OptionalLong revisionsBehind(RegionRow row, Duration silence) {
        if (of(row, silence) == UNREACHABLE || unlooked(row, silence) || !row.complete()) {
            return OptionalLong.empty();
        }
        if (row.lag() == 0) {
            return OptionalLong.of(0);
        }
        return row.newestRevision() == null || row.newestRevision() <= row.revision()
                ? OptionalLong.empty()
                : OptionalLong.of(row.newestRevision() - row.revision());
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
