// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease;

import java.time.Instant;
import java.util.List;

/**
 * A cohort of which too many nodes fell due at once, so that none expires by its lease alone.
 *
 * @param size how many nodes the cohort has or lately had
 * @param fallen how many of them have fallen due or lately expired
 * @param held how many are held
 * @param heldNodes the ids of the first hundred of them
 * @param confirmedAt when an operator said that they are gone, or {@code null}
 */
public record PreservationHold(
        Cohort.Key cohort, Instant since, int size, int fallen, int held, List<String> heldNodes, Instant confirmedAt,
        String confirmedBy) {

    /** The most ids that are kept. */
    public static final int MOST_IDS = 100;

    public boolean confirmed() {
        return confirmedAt != null;
    }
}
