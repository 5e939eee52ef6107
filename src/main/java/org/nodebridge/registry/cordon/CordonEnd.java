// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.cordon;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.store.jdbc.StoreClock;

/** When a cordon is to end by itself, by PostgreSQL's clock, which ends it. Safe for many threads. */
@ApplicationScoped
class CordonEnd {

    @Inject
    private StoreClock clock;

    /**
     * The same time.
     *
     * @param until {@code null} for never
     * @throws InvalidInputException when it is over already
     */
    Instant checked(Instant until) {
        if (until != null && !until.isAfter(clock.now())) {
            throw new InvalidInputException("until", "must be a time to come; it is " + clock.now() + " now");
        }
        return until;
    }
}
