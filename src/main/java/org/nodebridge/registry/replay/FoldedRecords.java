// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
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

/** Keeps the newest event of each node, heartbeats aside, and compares them with the rows. Changes nothing. */
final class FoldedRecords implements RecordBatches {

    private static final int MOST_DIFFERENCES = 1000;
    private static final int ROWS_AT_ONCE = 500;
    private static final int ATTEMPTS = 2;

    /** Its id, version and content hash, with what holds them. */
    private static final int BYTES_OF_A_NODE = 600;

    private static final Logger LOG = LoggerFactory.getLogger(FoldedRecords.class);

    private final RecordRereader reader;
    private final Function<Collection<String>, List<NewestEvent>> rows;
    private final Map<String, NewestEvent> newest = new TreeMap<>();
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

    @Override
    public void take(List<ConsumerRecord<byte[], byte[]>> records) {
        Instant now = reader.now();
        Bisection.of(records, ATTEMPTS, part -> reader.read(part, now), (record, defect) -> {
            logDefect(record, defect);
            return List.<NodeEvent>of(new Defect("the registry failed at this record", defect));
        }).forEach(events -> events.forEach(this::fold));
    }

    private static void logDefect(ConsumerRecord<byte[], byte[]> record, Throwable defect) {
        LOG.atError().setCause(defect).addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition()).addKeyValue("offset", record.offset())
                .log("The registry has failed at a record of a replay");
    }

    void fold(NodeEvent event) {
        if (event instanceof Heartbeat) {
            counts.add("heartbeats", 1);
        } else if (event instanceof OfNode ofNode) {
            if ((long) newest.size() * BYTES_OF_A_NODE >= maxBytes && !newest.containsKey(ofNode.nodeId())) {
                counts.add("not_compared", 1);
            } else {
                newest.merge(ofNode.nodeId(), NewestEvent.of(ofNode), NewestEvent::then);
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
        List<String> nodeIds = new ArrayList<>(newest.keySet());
        for (int from = 0; from < nodeIds.size(); from += ROWS_AT_ONCE) {
            List<String> some = nodeIds.subList(from, Math.min(nodeIds.size(), from + ROWS_AT_ONCE));
            Map<String, NewestEvent> stored = rows.apply(some).stream()
                    .collect(Collectors.toMap(NewestEvent::nodeId, Function.identity()));
            some.forEach(nodeId -> compare(newest.get(nodeId), stored.get(nodeId), forecasts, differences));
        }
        // only now, because PostgreSQL may go away in the middle, and all of it is asked again
        forecasts.into(counts);
        return differences;
    }

    @Override
    public JsonNode counts() {
        return counts.asJson();
    }

    private static void compare(
            NewestEvent event, NewestEvent stored, ReplayCounts forecasts, ArrayNode differences) {
        Forecast forecast = Forecast.of(event, stored);
        String name = switch (forecast) {
            case REGISTER, UPDATE, DEREGISTER, RENEW -> "would_" + forecast.name().toLowerCase(Locale.ROOT);
            default -> forecast.name().toLowerCase(Locale.ROOT);
        };
        forecasts.add(name, 1);
        if ((forecast.changes() || forecast == Forecast.DIFFERS) && differences.size() < MOST_DIFFERENCES) {
            differences.addObject()
                    .put("node_id", event.nodeId())
                    .put("kind", name)
                    .put("event_timestamp", event.version().eventTime().toString())
                    .put("stored_timestamp", stored == null ? null : stored.version().eventTime().toString());
        }
    }
}
