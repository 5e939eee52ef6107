// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.explanation;

import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.store.RegistrationHistoryRepository.LastState;

/**
 * Why callers find a node or do not.
 *
 * @param registered whether PostgreSQL has it as registered
 * @param cause the first finding's
 * @param summary the first finding's message
 * @param findings all that is known, what explains most first
 * @param lastState the last that is known of a node which is not registered; absent where nothing is
 * @param deadLetters what was found among the dead letters
 */
@Schema(requiredProperties = {"node_id", "registered", "cause", "summary", "findings", "dead_letters"})
record Explanation(
        String nodeId, boolean registered, Cause cause, String summary, List<NodeFinding> findings, LastState lastState,
        LetterSearch deadLetters) {

    static Explanation of(NodeFacts facts) {
        List<NodeFinding> findings = NodeFindings.of(facts);
        return new Explanation(
                facts.nodeId(), facts.registered().isPresent(), findings.get(0).cause(), findings.get(0).message(),
                findings, facts.lastState().orElse(null), facts.letters());
    }
}
