// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

/** Kafka did not confirm an announcement. */
public class AnnouncementFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public AnnouncementFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
