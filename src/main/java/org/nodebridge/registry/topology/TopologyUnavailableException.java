// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.topology;

import org.nodebridge.registry.concurrent.ServerUnavailable;

/** Kafka has not done what the topology topic was to be used for. */
public class TopologyUnavailableException extends RuntimeException implements ServerUnavailable {

    private static final long serialVersionUID = 1L;

    public TopologyUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
