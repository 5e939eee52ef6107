// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.ProblemRule;

/** What is answered before anything is known. */
@ApplicationScoped
class MeshProblems implements ProblemRule {

    /** There is no answer for callers yet. */
    static final class MeshUnavailableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        MeshUnavailableException(String message) {
            super(message);
        }
    }

    @Override
    public Optional<Problem> of(Throwable failure) {
        return failure instanceof MeshUnavailableException
                ? Optional.of(Problem.viewUnavailable(failure.getMessage()))
                : Optional.empty();
    }
}
