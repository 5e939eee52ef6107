// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.nodebridge.registry.http.Problem;
import org.nodebridge.registry.registration.RegistrationResult;
import org.nodebridge.registry.registration.RegistrationResult.Status;
import org.nodebridge.registry.store.Outcome;

/** A result as HTTP answers it. */
final class RegistrationAnswer {

    private RegistrationAnswer() {}

    /** @param done the status when both stores have done it */
    static Response of(RegistrationResult result, int done) {
        if (result.outcome() == Outcome.STALE) {
            return Problem.stale(result.message(), result).response();
        }
        if (result.outcome() == Outcome.REFUSED) {
            return Problem.refused(result.message(), result).response();
        }
        if (result.status() == Status.ERROR) {
            return Problem.unavailable(result.message(), result).response();
        }
        return Response.status(result.status() == Status.PARTIAL ? 202 : done)
                .type(MediaType.APPLICATION_JSON)
                .entity(result)
                .build();
    }
}
