// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Ignored;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.registration.BatchResult;
import org.nodebridge.registry.registration.Bisection;
import org.nodebridge.registry.registration.DualRegistrationService;
import org.nodebridge.registry.store.StoredBatch;
import org.nodebridge.registry.store.StoredEvent;
import org.nodebridge.registry.store.jdbc.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings records to PostgreSQL alone. What cannot be read, is not its sender's to say, or is refused, is counted and
 * nothing more: it became a dead letter when it was first read. Nodes whose rows were lost are cordoned again as Consul
 * shows it when the replay begins: its entries still say so, as a replay writes none.
 */
final class StoredRecords implements RecordBatches {

    private static final Logger LOG = LoggerFactory.getLogger(StoredRecords.class);
    private static final int ATTEMPTS = 2;

    /** A few megabytes. */
    private static final int MOST_CORDONS = 10_000;

    private final DualRegistrationService service;
    private final RecordRereader reader;
    private final IntFunction<Map<String, String>> shownCordons;
    private final ReplayCounts counts = new ReplayCounts();
    private Map<String, String> cordons = Map.of();

    /**
     * @param shownCordons why nodes are cordoned, by node id, as Consul shows it, of as many as it is asked for; throws
     *     {@link org.nodebridge.registry.catalog.CatalogException} when Consul does not say
     */
    StoredRecords(
            RecordRereader reader, DualRegistrationService service, IntFunction<Map<String, String>> shownCordons) {
        this.service = service;
        this.reader = reader;
        this.shownCordons = shownCordons;
    }

    @Override
    public void begin() {
        cordons = shownCordons.apply(MOST_CORDONS);
        if (cordons.size() == MOST_CORDONS) {
            LOG.atWarn().addKeyValue("most", MOST_CORDONS)
                    .log("Consul shows as many cordons as a replay keeps, or more; the others are not given back");
        }
    }

    @Override
    public void take(List<ConsumerRecord<byte[], byte[]>> records) {
        Instant now = reader.now();
        // only at the end, because PostgreSQL may go away in the middle, and all of it is given again
        ReplayCounts taken = new ReplayCounts();
        Bisection.of(records, ATTEMPTS, part -> store(part, now), StoredRecords::failed)
                .forEach(part -> part.into(taken));
        taken.into(counts);
    }

    private ReplayCounts store(List<ConsumerRecord<byte[], byte[]>> records, Instant now) {
        List<NodeEvent> events = reader.read(records, now);
        List<OfNode> ofNodes =
                events.stream().filter(OfNode.class::isInstance).map(OfNode.class::cast).toList();
        BatchResult result = service.store(ofNodes, cordons);
        if (!result.committed()) {
            throw new StoreUnavailableException(result.obstacle(), null);
        }
        ReplayCounts taken = new ReplayCounts();
        taken.add("unreadable", events.stream().filter(Unreadable.class::isInstance).count());
        taken.add("unidentified", events.stream().filter(Unidentified.class::isInstance).count());
        taken.add("defect", events.stream().filter(Defect.class::isInstance).count());
        taken.add("ignored", events.stream().filter(Ignored.class::isInstance).count());
        count(taken, ofNodes, result);
        return taken;
    }

    /** Passed over: its dead letter was written when it was first read, and is written again when it fails there. */
    private static ReplayCounts failed(ConsumerRecord<byte[], byte[]> record, Throwable defect) {
        LOG.atError().setCause(defect).addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition()).addKeyValue("offset", record.offset())
                .log("The registry has failed at a record of a replay, and passes over it");
        ReplayCounts failed = new ReplayCounts();
        failed.add("defect", 1);
        return failed;
    }

    @Override
    public JsonNode finish() {
        return JsonNodeFactory.instance.arrayNode();
    }

    @Override
    public JsonNode counts() {
        return counts.asJson();
    }

    private static void count(ReplayCounts counts, List<OfNode> events, BatchResult result) {
        StoredBatch stored = result.stored();
        count(counts, stored.introduced().values(), "updated");
        count(counts, stored.departed().values(), "departed");
        long unknown = events.stream()
                .filter(Heartbeat.class::isInstance)
                .map(OfNode::nodeId)
                .filter(nodeId -> !stored.renewed().containsKey(nodeId))
                .distinct()
                .count();
        counts.add("cordoned", stored.cordonedAgain().size());
        counts.add("renewed", stored.renewed().size());
        counts.add("unknown", unknown);
        counts.add("refused", result.refused().size());
        counts.add("superseded", events.size() - stored.introduced().size() - stored.departed().size()
                - stored.renewed().size() - unknown - result.refused().size());
    }

    private static void count(ReplayCounts counts, Collection<StoredEvent> events, String updated) {
        for (StoredEvent event : events) {
            counts.add(
                    switch (event.outcome()) {
                        case CREATED -> "registered";
                        case UPDATED, RECOVERED, DEREGISTERED, FORGOTTEN -> updated;
                        case UNCHANGED -> "unchanged";
                        case STALE -> "stale";
                        case REFUSED -> "refused";
                    },
                    1);
        }
    }
}
