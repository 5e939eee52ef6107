// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.util.List;
import java.util.Map;
import org.nodebridge.registry.kafka.deadletter.DeadLetterId;

/**
 * What a replay of dead letters did.
 *
 * @param counts letters by outcome
 * @param letters each letter in the order in which it was replayed
 * @param missing ids that were asked for and are not, or no longer, in their topic
 * @param more whether letters may be left that were meant: the limit or the time was reached, or a store failed
 */
public record DeadLetterReplayReport(
        boolean dryRun, Map<String, Long> counts, List<DeadLetterOutcome> letters, List<DeadLetterId> missing,
        boolean more) {}
