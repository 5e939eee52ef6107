// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.http.ProblemRule;
import org.nodebridge.registry.registration.AnnouncementFailedException;
import org.nodebridge.registry.registration.TooManyRegistrationsException;

/** What a registration that is not made is answered with. */
@ApplicationScoped
class RegistrationProblems implements ProblemRule {

    @Override
    public Optional<Problem> of(Throwable failure) {
        if (failure instanceof TooManyRegistrationsException) {
            return Optional.of(Problem.tooMany(failure.getMessage()));
        }
        if (failure instanceof AnnouncementFailedException) {
            return Optional.of(Problem.unavailable(failure.getMessage(), null));
        }
        return Optional.empty();
    }
}
