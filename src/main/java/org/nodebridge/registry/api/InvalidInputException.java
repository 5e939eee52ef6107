// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.api;

import java.util.ArrayList;
import java.util.List;
import org.nodebridge.registry.event.FieldError;

/** A request that cannot be carried out as it stands; every broken field is named. */
class InvalidInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<FieldError> errors;

    InvalidInputException(List<FieldError> errors) {
        super(errors.toString());
        this.errors = errors;
    }

    InvalidInputException(String field, String message) {
        this(List.of(new FieldError(field, message)));
    }

    /** Makes one refusal of those of all checks; returns when there is none. */
    static void unlessAllPass(Runnable... checks) {
        List<FieldError> errors = new ArrayList<>();
        for (Runnable check : checks) {
            try {
                check.run();
            } catch (InvalidInputException e) {
                errors.addAll(e.errors());
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidInputException(errors);
        }
    }

    List<FieldError> errors() {
        return errors;
    }
}
