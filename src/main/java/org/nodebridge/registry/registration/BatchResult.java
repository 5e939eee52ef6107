package org.nodebridge.registry.registration;

import java.util.Map;
import java.util.UUID;
import org.nodebridge.registry.store.StoredBatch;

/**
 * What became of a batch of events.
 *
 * @param committed whether every event's effect, or a newer one's, is committed in PostgreSQL or refused for good;
 *     only then may offsets be committed
 * @param refused event id to reason, for events whose data PostgreSQL will never take: dead letters
 * @param stored what PostgreSQL did, of each node with its newest event; nothing when it is not committed
 * @param obstacle why it is not committed, for a person; {@code null} when it is
 */
public record BatchResult(boolean committed, Map<UUID, String> refused, StoredBatch stored, String obstacle) {

    static BatchResult done(Map<UUID, String> refused, StoredBatch stored) {
        return new BatchResult(true, refused, stored, null);
    }

    static BatchResult notDone(String obstacle) {
        return new BatchResult(false, Map.of(), StoredBatch.NOTHING, obstacle);
    }
}
