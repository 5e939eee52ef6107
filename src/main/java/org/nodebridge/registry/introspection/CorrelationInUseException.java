// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.introspection;

/** Answers could not be distinguished: an introspection request with the same correlation id is open. */
public class CorrelationInUseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CorrelationInUseException(String correlationId) {
        super("an introspection request with the correlation id " + correlationId + " is open already");
    }
}
