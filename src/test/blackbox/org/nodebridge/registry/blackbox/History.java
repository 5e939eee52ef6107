// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rows of {@code registration_history}, in the order of their revisions.
 *
 * @param failedOver the last revision that was left out at a failover of PostgreSQL; 0 when there was none
 */
record History(List<JsonNode> rows, long lastRevision, long failedOver) {

    static History in(Stores stores) {
        List<JsonNode> rows = stores.query("SELECT revision, tool_id, change, status, check_status, epoch, event_id,"
                + " content_hash FROM registration_history ORDER BY revision");
        JsonNode counter = stores.query("SELECT * FROM registration_revision").get(0);
        return new History(
                rows, counter.path("last_revision").asLong(), counter.path("resumable_from").asLong());
    }

    /** The revisions that are missing, or there without having been given; both must be none. */
    List<String> gaps() {
        List<String> gaps = new ArrayList<>();
        long expected = 1;
        for (JsonNode row : rows) {
            long revision = row.path("revision").asLong();
            if (revision != expected && revision != failedOver + 1) {
                gaps.add("revision " + revision + " where " + expected + " was due");
            }
            expected = revision + 1;
        }
        if (lastRevision != expected - 1 && lastRevision != failedOver) {
            gaps.add("last revision given is " + lastRevision + ", last in the history " + (expected - 1));
        }
        return gaps;
    }

    /**
     * Changes that stand there twice: of one event, or with nothing changed since the node's row before. That a node
     * drains may be said again, each time with another time to wait.
     */
    List<String> doubled() {
        List<String> doubled = new ArrayList<>();
        Map<String, JsonNode> before = new HashMap<>();
        Set<String> events = new HashSet<>();
        for (JsonNode row : rows) {
            String node = row.path("tool_id").textValue();
            String change = row.path("change").textValue();
            // a heartbeat leaves the id of the event before it
            if (!change.equals("health") && !events.add(node + " " + change + " " + row.path("event_id").textValue())) {
                doubled.add("one event twice: " + row);
            }
            JsonNode previous = before.put(node, row);
            if (previous != null && state(previous).equals(state(row)) && !change.equals("draining")) {
                doubled.add("nothing has changed: " + previous + " and " + row);
            }
        }
        return doubled;
    }

    /** The last row of each node. */
    Map<String, JsonNode> latest() {
        Map<String, JsonNode> latest = new HashMap<>();
        rows.forEach(row -> latest.put(row.path("tool_id").textValue(), row));
        return latest;
    }

    /** All of a node that the history follows. */
    static List<JsonNode> state(JsonNode row) {
        return List.of(
                row.path("status"), row.path("check_status"), row.path("content_hash"),
                row.path("status").asText().equals("active") ? row.path("epoch") : Json.MAPPER.missingNode());
    }
}
