// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.registration.RegistrationResult;
import org.nodebridge.registry.store.Outcome;

/**
 * What became of one line of a batch.
 *
 * @param line its number, from 1
 * @param nodeId the node that the line is about, also where it is refused; {@code null} where that cannot be read
 * @param status success, partial, stale or error
 * @param outcome created, updated, unchanged or stale; {@code null} when PostgreSQL has not said
 * @param errors why it is not a success; twenty at most
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@Schema(requiredProperties = {"line", "node_id", "status", "outcome", "errors"})
record BatchLine(
        int line,
        @Schema(nullable = true) String nodeId,
        @Schema(description = "success, partial, stale or error") String status,
        @Schema(nullable = true) Outcome outcome,
        List<FieldError> errors) {

    private static final int MOST_ERRORS = 20;

    static BatchLine failed(int line, String nodeId, List<FieldError> errors) {
        return new BatchLine(line, nodeId, "error", null, errors.stream().limit(MOST_ERRORS).toList());
    }

    static BatchLine of(int line, RegistrationResult result) {
        return new BatchLine(
                line, result.registeredNodeId(),
                result.outcome() == Outcome.STALE ? "stale" : result.status().wireName(), result.outcome(),
                result.message() == null ? List.of() : List.of(new FieldError("$", result.message())));
    }
}
