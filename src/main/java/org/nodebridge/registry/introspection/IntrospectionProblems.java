// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.ProblemRule;

/** What a request that is not sent to the nodes is answered with. */
@ApplicationScoped
class IntrospectionProblems implements ProblemRule {

    @Override
    public Optional<Problem> of(Throwable failure) {
        if (failure instanceof TooManyOpenRequestsException) {
            return Optional.of(Problem.tooMany(failure.getMessage()));
        }
        if (failure instanceof CorrelationInUseException) {
            return Optional.of(Problem.ofStatus(409, "Not now", failure.getMessage()));
        }
        return Optional.empty();
    }
}
