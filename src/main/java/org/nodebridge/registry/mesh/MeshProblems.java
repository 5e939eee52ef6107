// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.ProblemRule;

/** What is answered before anything is known. */
@ApplicationScoped
class MeshProblems implements ProblemRule {

    @Override
    public Optional<Problem> of(Throwable failure) {
        return failure instanceof MeshUnavailableException
                ? Optional.of(Problem.viewUnavailable(failure.getMessage()))
                : Optional.empty();
    }
}
