// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.util.List;

/** What is done with the letters of a replay. For one thread. */
interface DeadLetterBatches {

    /** What became of each, in the same order. */
    List<DeadLetterOutcome> replay(List<DeadLetterRecord> letters);

    /** Whether something failed that may work later, so that going on is of no use now. */
    boolean failed();
}
