// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import java.util.ArrayList;
import java.util.List;
import org.nodebridge.registry.event.FieldError;

/** A request that cannot be carried out as it stands; every broken field is named. */
public class InvalidInputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<FieldError> errors;

    public InvalidInputException(List<FieldError> errors) {
        super(errors.toString());
        this.errors = errors;
    }

    public InvalidInputException(String field, String message) {
        this(List.of(new FieldError(field, message)));
    }

    /** Makes one refusal of those of all checks; returns when there is none. */
    public static void unlessAllPass(Runnable... checks) {
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

    public List<FieldError> errors() {
        return errors;
    }
}
