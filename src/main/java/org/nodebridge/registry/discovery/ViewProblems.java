// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.discovery;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.ProblemRule;

/** What is answered while the view cannot be. */
@ApplicationScoped
class ViewProblems implements ProblemRule {

    @Override
    public Optional<Problem> of(Throwable failure) {
        return failure instanceof ViewUnavailableException
                ? Optional.of(Problem.viewUnavailable(failure.getMessage()))
                : Optional.empty();
    }
}
