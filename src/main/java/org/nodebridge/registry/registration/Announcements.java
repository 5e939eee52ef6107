// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import java.util.concurrent.CompletionStage;
import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeType;

/**
 * What the registry says on Kafka: manual registrations, which wait on the introspection topic for PostgreSQL like any
 * other event, and questions to the nodes. Its only implementation is in {@code intake}: the interface is here because
 * nothing may depend on that package.
 */
public interface Announcements {

    /**
     * Returns when Kafka has confirmed the record.
     *
     * @throws AnnouncementFailedException when Kafka did not confirm it in time
     */
    void announce(Introduced event);

    /**
     * Returns when Kafka has confirmed the record.
     *
     * @throws AnnouncementFailedException when Kafka did not confirm it in time
     */
    void announce(Departed event);

    /**
     * Asks the nodes of a type to introduce themselves, because one of them is not registered. Does not wait.
     *
     * @param type {@code null} for all types
     * @return completes when Kafka has confirmed the request, exceptionally when it has not
     */
    CompletionStage<Void> askForIntroductions(NodeType type);

    /**
     * Asks nodes to introduce themselves. Does not wait.
     *
     * @return completes when Kafka has confirmed the question, exceptionally when it has not
     */
    CompletionStage<Void> ask(IntrospectionQuestion question);
}
