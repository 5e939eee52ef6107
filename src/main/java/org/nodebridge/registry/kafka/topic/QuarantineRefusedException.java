// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

/** The broker will never take a letter into its quarantine as things are, such as for want of a right. */
public class QuarantineRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public QuarantineRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
