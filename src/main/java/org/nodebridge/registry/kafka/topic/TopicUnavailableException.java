// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import org.nodebridge.registry.concurrent.ServerUnavailable;

/** Kafka did not answer in time, or would not let the topic be read. */
public class TopicUnavailableException extends RuntimeException implements ServerUnavailable {

    private static final long serialVersionUID = 1L;

    public TopicUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
