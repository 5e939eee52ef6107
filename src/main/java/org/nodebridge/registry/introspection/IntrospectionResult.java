// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.introspection.IntrospectionAnswersRepository.Answer;

/**
 * Who was there when nodes were asked.
 *
 * @param responded nodes that were registered when they were asked and have answered, in the order of their answers
 * @param missing nodes that were registered and have not answered in time, node id to type
 * @param unexpected who has answered and was not registered, or was not asked
 */
public record IntrospectionResult(List<Answer> responded, Map<String, String> missing, List<Answer> unexpected) {

    /** @param expected the nodes that were registered and asked, node id to type */
    static IntrospectionResult of(Map<String, String> expected, List<Answer> answers) {
        List<Answer> responded = new ArrayList<>();
        List<Answer> unexpected = new ArrayList<>();
        Map<String, String> missing = new LinkedHashMap<>(expected);
        for (Answer answer : answers) {
            missing.remove(answer.nodeId());
            (expected.containsKey(answer.nodeId()) ? responded : unexpected).add(answer);
        }
        return new IntrospectionResult(responded, missing, unexpected);
    }

    /** Whether there was a node to answer, and all nodes have. */
    boolean complete() {
        return missing.isEmpty() && !responded.isEmpty();
    }
}
