// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration;

import org.nodebridge.registry.event.NodeEvent.Departed;
import org.nodebridge.registry.event.NodeEvent.Introduced;

/**
 * Puts manual registrations on the introspection topic, where they wait for PostgreSQL like any other event. The
 * interface is here, beside its only caller, because {@code kafka} uses this package.
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
