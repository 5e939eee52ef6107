// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.store.StoreUnavailableException;
import org.nodebridge.registry.store.StoredBatch;
import org.nodebridge.registry.store.StoredEvent;

/**
 * Brings records to PostgreSQL alone. What cannot be read, is not its sender's to say, or is refused, is counted and
 * nothing more: it became a dead letter when it was first read.
 */
final class StoredRecords implements RecordBatches {

    private final DualRegistrationService service;
    private final Rereader reader;
    private final ReplayCounts counts = new ReplayCounts();

    StoredRecords(Rereader reader, DualRegistrationService service) {
        this.service = service;
        this.reader = reader;
    }

    @Override
    public void take(List<ConsumerRecord<byte[], byte[]>> records) {
        Instant now = Instant.now();
        List<NodeEvent> events = reader.read(records, now);
        List<OfNode> ofNodes =
                events.stream().filter(OfNode.class::isInstance).map(OfNode.class::cast).toList();
        BatchResult result = service.store(ofNodes);
        if (!result.committed()) {
            throw new StoreUnavailableException(result.obstacle(), null);
        }
        counts.add("unreadable", events.stream().filter(Unreadable.class::isInstance).count());
        counts.add("unidentified", events.stream().filter(Unidentified.class::isInstance).count());
        counts.add("defect", events.stream().filter(Defect.class::isInstance).count());
        counts.add("ignored", events.stream().filter(Ignored.class::isInstance).count());
        count(ofNodes, result);
    }

    @Override
    public JsonNode finish() {
        return JsonNodeFactory.instance.arrayNode();
    }

    @Override
    public JsonNode counts() {
        return counts.asJson();
    }

    private void count(List<OfNode> events, BatchResult result) {
        StoredBatch stored = result.stored();
        count(stored.introduced().values(), "updated");
        count(stored.departed().values(), "departed");
        long unknown = events.stream()
                .filter(Heartbeat.class::isInstance)
                .map(OfNode::nodeId)
                .filter(nodeId -> !stored.renewed().containsKey(nodeId))
                .distinct()
                .count();
        counts.add("renewed", stored.renewed().size());
        counts.add("unknown", unknown);
        counts.add("refused", result.refused().size());
        counts.add("superseded", events.size() - stored.introduced().size() - stored.departed().size()
                - stored.renewed().size() - unknown - result.refused().size());
    }

    private void count(Collection<StoredEvent> events, String updated) {
        for (StoredEvent event : events) {
            counts.add(
                    switch (event.outcome()) {
                        case CREATED -> "registered";
                        case UPDATED, RECOVERED -> updated;
                        case UNCHANGED -> "unchanged";
                        case STALE -> "stale";
                    },
                    1);
        }
    }
}
