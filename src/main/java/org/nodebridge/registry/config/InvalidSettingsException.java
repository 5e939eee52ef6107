// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.util.List;

/** Thrown at start when settings are bad; the message has a line for each, beginning with its name. */
public class InvalidSettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> errors;

    public InvalidSettingsException(List<String> errors) {
        super("The registry cannot start with these settings:\n  " + String.join("\n  ", errors));
        this.errors = List.copyOf(errors);
    }

    /** A line for each bad setting. */
    public List<String> errors() {
        return errors;
    }
}
