// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import org.nodebridge.registry.event.FieldError;

/** What was asked for cannot be found in the topics as they are. */
public class InvalidReplayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient FieldError error;

    InvalidReplayException(String field, String message) {
        super(field + ": " + message);
        this.error = new FieldError(field, message);
    }

    /** The part of the request that is at fault. */
    public FieldError error() {
        return error;
    }
}
