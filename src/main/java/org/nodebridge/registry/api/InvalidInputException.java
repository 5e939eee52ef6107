package org.nodebridge.registry.api;

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

    List<FieldError> errors() {
        return errors;
    }
}
