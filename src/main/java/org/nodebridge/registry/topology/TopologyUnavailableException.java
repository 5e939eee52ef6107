// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.topology;

/** Kafka has not done what the topology topic was to be used for. */
public class TopologyUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TopologyUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
