// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

/**
 * One broken field of a record or request.
 *
 * @param field the path of the field, such as {@code payload.endpoints.health}; {@code $} for the record as a whole
 * @param message what is wrong with it, for a person; never carries a credential
 */
public record FieldError(String field, String message) {

    @Override
    public String toString() {
        return field + ": " + message;
    }
}
