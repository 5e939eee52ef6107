// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.Map;
import java.util.Set;

/**
 * What the notes in the catalog's server say of other installations of this registry id, as one read has found it. That
 * one is dead is believed for a short time only: a replica that stood still knows nothing of who came back meanwhile.
 * That one has been there is believed for as long as no later look says otherwise.
 *
 * @param dead those that count as dead, and the number that their note stands at
 * @param known all that have a note, the dead ones among them
 * @param madeAt {@link System#nanoTime} from before the read
 * @param validNanos for how long the dead count as dead from then on
 */
public record OtherInstallations(Map<String, Long> dead, Set<String> known, long madeAt, long validNanos) {

    /** Below this name each installation has its note. */
    public static final String NOTES = "installations";

    /** Before the first read. */
    public static final OtherInstallations NONE = new OtherInstallations(Map.of(), Set.of(), 0, 0);

    public OtherInstallations {
        dead = Map.copyOf(dead);
        known = Set.copyOf(known);
    }

    /** The same, with none that is dead once the time is up. */
    public OtherInstallations at(long now) {
        return dead.isEmpty() || now - madeAt <= validNanos
                ? this
                : new OtherInstallations(Map.of(), known, madeAt, validNanos);
    }
}
