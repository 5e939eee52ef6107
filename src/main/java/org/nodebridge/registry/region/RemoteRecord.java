// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import java.util.UUID;

/** What a record of another region says. */
sealed interface RemoteRecord {

    /** The run of revisions that the revision belongs to. */
    UUID historyId();

    /** Of a later history it is higher; 0 where the exporter tells none. */
    long historyNumber();

    /** What the record tells was so at this revision of the exporter. */
    long revision();

    /**
     * A node that can be discovered there.
     *
     * @param json the registration, an object that PostgreSQL can keep
     * @param registeredAt as PostgreSQL reads a time; {@code null} where the record has none that it does
     * @param updatedAt the same
     */
    record Registration(
            UUID historyId, long historyNumber, long revision, String nodeId, String json, String registeredAt,
            String updatedAt)
            implements RemoteRecord {}

    /** A node that can not be discovered there any more. */
    record Removal(UUID historyId, long historyNumber, long revision, String nodeId) implements RemoteRecord {}

    /** A node that can be discovered there, of which no more can be read than that. */
    record Unreadable(UUID historyId, long historyNumber, long revision, String nodeId) implements RemoteRecord {}

    /**
     * The exporter lives.
     *
     * @param complete whether all nodes have been published since the history began
     * @param nodes how many nodes can be discovered there; -1 where it does not say
     * @param region what it calls itself
     * @param registryId the name of the registry there
     */
    record Beacon(
            UUID historyId, long historyNumber, long revision, boolean complete, long nodes, String region,
            String registryId)
            implements RemoteRecord {}
}
