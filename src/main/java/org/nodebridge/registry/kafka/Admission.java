// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.identity.ClaimedEvent;
import org.nodebridge.registry.identity.Identities;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.store.StoredBatch;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;

/**
 * Has it judged whether the senders of records may speak for their nodes, before anything is done with what they say.
 * While PostgreSQL is unavailable the owner of a node is unknown, so where identities are enforced the batch waits, and
 * nothing of it is written to Consul.
 */
@ApplicationScoped
public class Admission {

    private final Identities identities;
    private final Retries retries;

    @Inject
    public Admission(Identities identities, Retries retries) {
        this.identities = identities;
        this.retries = retries;
    }

    Admission() {
        this(null, null); // for the client proxy
    }

    /**
     * Makes the container create what judges.
     *
     * @throws IllegalArgumentException naming the setting when the keys cannot be used
     */
    void prepare() {
        identities.on();
    }

    /** A record with what it says about its sender, where identities are checked. */
    ReadRecord claimed(ConsumerRecord<byte[], byte[]> record, NodeEvent event, Instant now) {
        ClaimedEvent claimed = identities.claimed(event, record, now);
        return new ReadRecord(record, claimed.event(), claimed.claim());
    }

    /**
     * The same records, those that are not to be applied with an event that says so. Waits while PostgreSQL is
     * unavailable.
     *
     * @return {@code null} when the registry stops first
     */
    List<ReadRecord> admit(List<ReadRecord> read) {
        if (!identities.on()) {
            return read;
        }
        List<ClaimedEvent> claimed =
                read.stream().map(record -> new ClaimedEvent(record.event(), record.claim())).toList();
        List<NodeEvent> judged = new ArrayList<>();
        BatchResult result = retries.throughOutages(read.size(), () -> {
            try {
                judged.addAll(identities.judge(claimed));
                return BatchResult.done(Map.of(), StoredBatch.NOTHING);
            } catch (StoreUnavailableException e) {
                return BatchResult.notDone(e.getMessage());
            }
        });
        if (result == null) {
            return null;
        }
        List<ReadRecord> admitted = new ArrayList<>(read.size());
        for (int i = 0; i < judged.size(); i++) {
            admitted.add(new ReadRecord(read.get(i).record(), judged.get(i)));
        }
        return admitted;
    }
}
