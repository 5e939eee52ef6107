// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.ProblemRule;
import org.nodebridge.registry.kafka.topic.TopicUnavailableException;

/** What a replay that does not begin, or a topic that cannot be read, is answered with. */
@ApplicationScoped
class ReplayProblems implements ProblemRule {

    @Override
    public Optional<Problem> of(Throwable failure) {
        if (failure instanceof TopicUnavailableException) {
            return Optional.of(Problem.unavailable(failure.getMessage(), null));
        }
        if (failure instanceof ReplayUnderWayException) {
            return Optional.of(Problem.ofStatus(409, "Not now", failure.getMessage()));
        }
        if (failure instanceof InvalidReplayException invalid) {
            return Optional.of(Problem.invalid(List.of(invalid.error())));
        }
        return Optional.empty();
    }
}
