// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;

/**
 * A replay of topics, as far as it has come.
 *
 * @param replica the replica that runs it
 * @param from where it begins, as it was asked for
 * @param status running, done, cancelled, failed or interrupted; one whose replica has died is interrupted
 * @param cancelRequested whether it shall end after the batch under way
 * @param recordsTotal offsets from its beginning to the ends of the topics when it began
 * @param recordsRead offsets that are done with
 * @param counts what became of the records
 * @param differences in a dry run, the nodes it would change, {@code null} where they were not asked for
 * @param error what went wrong, or {@code null}
 * @param finishedAt {@code null} while it runs
 */
public record TopicReplay(
        UUID id, Instant requestedAt, String requestedBy, String replica, JsonNode from, JsonNode topics,
        boolean dryRun, String status, boolean cancelRequested, long recordsTotal, long recordsRead, JsonNode counts,
        JsonNode differences, String error, Instant finishedAt) {}
