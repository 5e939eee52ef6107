// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import org.nodebridge.registry.store.Outcome;

/**
 * What became of one registration; the design document's result and what happened to the row.
 *
 * @param consulRegistered of a registration true only when Consul has confirmed that it holds the node; of a
 *     deregistration false only when Consul has confirmed that it does not
 * @param postgresRegistered of a registration true only when PostgreSQL has committed the event, or had it before; of a
 *     deregistration false only when it has
 * @param registrationTimeMs measured, in milliseconds
 * @param outcome what the event did to the row; {@code null} when PostgreSQL could not say
 * @param message what stands in the way, for a person; {@code null} when nothing does
 */
public record RegistrationResult(
        Status status,
        String registeredNodeId,
        boolean consulRegistered,
        boolean postgresRegistered,
        double registrationTimeMs,
        Outcome outcome,
        String message) {

    /** How much of a registration has been done. */
    public enum Status {
        /** Both stores have it. */
        SUCCESS,
        /** One store has it; the other will by itself, unless it refuses the node, as the message then says. */
        PARTIAL,
        /** It has not been registered, and nothing will change that by itself. */
        ERROR;

        /** The value in the JSON form. */
        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
