// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.verdict;

import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * Whether discovery can be trusted now.
 *
 * @param title the mood in a sentence
 * @param reasons why it is so, the worst first; never empty
 * @param openDeadLetters how many dead letters nothing has become of yet, as of some seconds ago; absent where that is
 *     not known
 * @param asOf when the replica that answers judged it
 */
@Schema(requiredProperties = {"mood", "title", "reasons", "as_of"})
record DiscoveryVerdict(Mood mood, String title, List<Reason> reasons, Long openDeadLetters, Instant asOf) {

    /**
     * @param code what it is, for programs
     * @param message for people
     * @param look where the interface has more
     * @param page where the console has more: what its address has behind the #
     */
    @Schema(name = "VerdictReason", requiredProperties = {"code", "mood", "message", "look", "page"})
    record Reason(String code, Mood mood, String message, String look, String page) {}
}
