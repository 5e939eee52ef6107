// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.UUID;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.event.Fields;
import org.nodebridge.registry.event.Leniency;
import org.nodebridge.registry.event.NodeType;

/**
 * Who a payload is about. Never guessed: any error here breaks the record.
 *
 * @param nodeId {@code null} when broken
 * @param type {@code null} when broken, or where it may be missing
 */
record NodeIdentity(String nodeId, NodeType type) {

    /** As long as the column {@code tool_id}. */
    static final int LONGEST_NODE_ID = 255;

    /**
     * Counters of restarts, and start times in seconds or milliseconds, are far below it until the year 5138. One such
     * epoch beyond would outrank all that the node ever says again.
     */
    static final BigInteger HIGHEST_EPOCH = BigInteger.valueOf(99_999_999_999_999L);

    static NodeIdentity read(Fields payload, Dialect dialect, boolean typeRequired) {
        NodeType type = payload.oneOf("node_type", NodeType::ofWireName);
        if (typeRequired && !payload.has("node_type")) {
            payload.error("node_type", "is missing");
        }
        return new NodeIdentity(nodeId(payload, dialect), type);
    }

    /** The epoch, or {@code null} when the payload names none. */
    static Long epoch(Fields payload, Dialect dialect) {
        JsonNode value = payload.get("epoch");
        if (value != null && value.isIntegralNumber() && value.bigIntegerValue().compareTo(HIGHEST_EPOCH) > 0) {
            payload.lenient(Leniency.EPOCH_IMPLAUSIBLE, "epoch", "must be " + HIGHEST_EPOCH + " or less");
            return null;
        }
        Long epoch = payload.count("epoch");
        if (value != null && epoch != null && epoch == 0 && dialect.countsEpochsFromOne()) {
            payload.lenient(Leniency.EPOCH_ZERO, "epoch", "must be 1 or more");
        }
        return epoch;
    }

    private static String nodeId(Fields payload, Dialect dialect) {
        String nodeId = payload.text("node_id");
        if (nodeId == null) {
            if (!payload.has("node_id")) {
                payload.error("node_id", "is missing");
            }
            return null;
        }
        if (nodeId.isBlank()) {
            payload.error("node_id", "must not be empty");
        } else if (dialect.identifiesNodesByUuid()) {
            UUID uuid = Fields.uuidOf(nodeId);
            if (uuid == null) {
                payload.error("node_id", "must be a UUID");
            }
            // A UUID in capitals is the same node, not another one.
            return uuid == null ? null : uuid.toString();
        } else if (nodeId.codePointCount(0, nodeId.length()) > LONGEST_NODE_ID) {
            payload.error("node_id", "is longer than " + LONGEST_NODE_ID + " characters");
        } else {
            String problem = Characters.problem(nodeId);
            if (problem != null) {
                payload.error("node_id", problem);
            }
        }
        return nodeId;
    }
}
