package org.nodebridge.registry.registration;

import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Introduced;

/**
 * Puts a manual registration on the introspection topic, where it waits for PostgreSQL like any other event. Its only
 * implementation is in {@code intake}: the interface is here because nothing may depend on that package.
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
}
