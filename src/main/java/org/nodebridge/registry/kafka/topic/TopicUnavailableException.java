// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

/** Kafka did not answer in time, or would not let the topic be read. */
public class TopicUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TopicUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
