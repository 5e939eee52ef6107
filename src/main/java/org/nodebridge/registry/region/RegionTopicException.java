// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import org.nodebridge.registry.concurrent.ServerUnavailable;

/** Kafka has not done what a topic of registrations was to be used for; it is tried again. */
class RegionTopicException extends RuntimeException implements ServerUnavailable {

    private static final long serialVersionUID = 1L;

    RegionTopicException(String message, Throwable cause) {
        super(message, cause);
    }
}
