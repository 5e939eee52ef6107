// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.topology;

import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * The topic on which changes are published. Every call waits for Kafka, for some seconds at most. For one thread at a
 * time, but for {@link #leave}.
 */
public interface TopologyTopic {

    /**
     * Fences the producer that has written to it until now, and says how far the topic is. Readers see nothing of that
     * producer's open transaction, and what it had committed is in the answer.
     *
     * @param historyId the history that is asked about
     * @return the revision up to which the topic has the changes of that history; empty when it has none of them
     * @throws TopologyUnavailableException when Kafka does not answer
     */
    OptionalLong take(UUID historyId);

    /**
     * Makes these messages visible, all of them or none.
     *
     * @throws TopologyUnavailableException when Kafka has not confirmed them, or another has taken the topic; whether
     *     they are visible is then known only to the next {@link #take}
     */
    void publish(UUID historyId, List<TopologyDiff> messages);

    /** Writes no more. */
    void leave();
}
