// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.ProblemRule;

/** What one watcher too many is answered with. */
@ApplicationScoped
class WatchProblems implements ProblemRule {

    @Override
    public Optional<Problem> of(Throwable failure) {
        if (failure instanceof TooManyWatchersException tooMany) {
            return Optional.of(tooMany.ofOneCaller()
                    ? Problem.tooMany(tooMany.getMessage())
                    : Problem.tooManyWatchers(tooMany.getMessage()));
        }
        return Optional.empty();
    }
}
