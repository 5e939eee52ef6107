// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

/**
 * Asks all nodes to introduce themselves. Its only implementation is in {@code intake}: the interface is here because
 * nothing may depend on that package.
 */
public interface IntrospectionRequest {

    /**
     * Returns when Kafka has confirmed the request.
     *
     * @param reason as the wire format lists them
     * @throws TopicUnavailableException when Kafka did not confirm it in time
     */
    void ask(String reason);
}
