// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.NodeEvent.Defect;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.event.NodeEvent.Unidentified;
import org.nodebridge.registry.event.NodeEvent.Unreadable;
import org.nodebridge.registry.registration.Bisection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the events of each node, heartbeats aside, for applied to its row one by one, as they would be, and says what
 * would become of the row. Changes nothing.
 */
final class FoldedRecords implements RecordBatches {

    private static final int MOST_DIFFERENCES = 1000;
    private static final int ROWS_AT_ONCE = 500;
    private static final int ATTEMPTS = 2;

    /** Its id, and of row and newest event version and content hash, with what holds them. */
    private static final int BYTES_OF_A_NODE = 900;

    private static final Logger LOG = LoggerFactory.getLogger(FoldedRecords.class);

    private final RecordRereader reader;
    private final Function<Collection<String>, List<NewestEvent>> rows;
    private final Map<String, Folded> nodes = new TreeMap<>();
    private final int maxBytes;
    private final ReplayCounts counts = new ReplayCounts();

    /**
     * @param rows gives what the rows of nodes say, tombstones included
     * @param maxBytes of what is kept; the events of nodes for which there is no room are counted and not compared
     */
    FoldedRecords(RecordRereader reader, Function<Collection<String>, List<NewestEvent>> rows, int maxBytes) {
        this.reader = reader;
        this.maxBytes = maxBytes;
        this.rows = rows;
    }

    /** Cordons are on no topic: they make no difference to what the topics say. */
    @Override
    public void begin() {
        // nothing
    }

    @Override
    public void take(List<ConsumerRecord<byte[], byte[]>> records) {
        Instant now = reader.now();
        List<NodeEvent> events = Bisection.of(records, ATTEMPTS, part -> reader.read(part, now), (record, defect) -> {
            logDefect(record, defect);
            return List.<NodeEvent>of(new Defect("the registry failed at this record", defect));
        }).stream().flatMap(List::stream).toList();
        apply(events);
    }

    /** @param events in the order in which they came */
    void apply(List<? extends NodeEvent> events) {
        begin(events);
        events.forEach(this::fold);
    }

    /** Reads the rows of nodes that have not come before, all or none, as all records are given again then. */
    private void begin(List<? extends NodeEvent> events) {
        List<String> nodeIds = events.stream()
                .filter(event -> event instanceof OfNode && !(event instanceof Heartbeat))
                .map(event -> ((OfNode) event).nodeId())
                .filter(nodeId -> !nodes.containsKey(nodeId))
                .distinct()
                .limit(Math.max(0, maxBytes / BYTES_OF_A_NODE - nodes.size()))
                .toList();
        Map<String, NewestEvent> stored = new HashMap<>();
        for (int from = 0; from < nodeIds.size(); from += ROWS_AT_ONCE) {
            rows.apply(nodeIds.subList(from, Math.min(nodeIds.size(), from + ROWS_AT_ONCE)))
                    .forEach(row -> stored.put(row.nodeId(), row));
        }
        nodeIds.forEach(nodeId -> nodes.put(nodeId, new Folded(stored.get(nodeId))));
    }

    private static void logDefect(ConsumerRecord<byte[], byte[]> record, Throwable defect) {
        LOG.atError().setCause(defect).addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition()).addKeyValue("offset", record.offset())
                .log("The registry has failed at a record of a replay");
    }

    private void fold(NodeEvent event) {
        if (event instanceof Heartbeat) {
            counts.add("heartbeats", 1);
        } else if (event instanceof OfNode ofNode) {
            Folded node = nodes.get(ofNode.nodeId());
            if (node == null) {
                counts.add("not_compared", 1);
            } else {
                node.take(NewestEvent.of(ofNode));
            }
        } else if (event instanceof Unidentified) {
            counts.add("unidentified", 1);
        } else if (event instanceof Defect) {
            counts.add("defect", 1);
        } else {
            counts.add(event instanceof Unreadable ? "unreadable" : "ignored", 1);
        }
    }

    @Override
    public JsonNode finish() {
        ArrayNode differences = JsonNodeFactory.instance.arrayNode();
        ReplayCounts forecasts = new ReplayCounts();
        nodes.values().forEach(node -> node.tell(forecasts, differences));
        forecasts.into(counts);
        return differences;
    }

    @Override
    public JsonNode counts() {
        return counts.asJson();
    }

    /** What has become of one node so far. */
    private static final class Folded {

        private final NewestEvent stored;
        private NewestEvent newest;
        private boolean changed;
        private Forecast ofStale = Forecast.STALE;

        /** @param stored its row, or {@code null} */
        Folded(NewestEvent stored) {
            this.stored = stored;
            this.newest = stored;
        }

        void take(NewestEvent event) {
            Forecast forecast = Forecast.of(event, newest);
            if (forecast == Forecast.DIFFERS || forecast == Forecast.UNCHANGED) {
                ofStale = forecast; // the event that the row is of
            }
            changed |= newest == null || newest.isReplacedBy(event);
            newest = newest == null ? event : newest.then(event);
        }

        void tell(ReplayCounts counts, ArrayNode differences) {
            Forecast forecast = changed ? Forecast.ofChange(stored, newest) : ofStale;
            String name = switch (forecast) {
                case REGISTER, UPDATE, DEREGISTER, RENEW -> "would_" + forecast.name().toLowerCase(Locale.ROOT);
                default -> forecast.name().toLowerCase(Locale.ROOT);
            };
            counts.add(name, 1);
            if ((forecast.changes() || forecast == Forecast.DIFFERS) && differences.size() < MOST_DIFFERENCES) {
                differences.addObject()
                        .put("node_id", newest.nodeId())
                        .put("kind", name)
                        .put("event_timestamp", newest.version().eventTime().toString())
                        .put("stored_timestamp", stored == null ? null : stored.version().eventTime().toString());
            }
        }
    }
}
