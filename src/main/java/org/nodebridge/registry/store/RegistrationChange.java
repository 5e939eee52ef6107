// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.nodebridge.registry.store.jdbc.StoredTime;

/**
 * One change of a node, as the history keeps it.
 *
 * @param revision counts up over all nodes, without a gap, in the order of the commits
 * @param change registered, updated, health, suspect, recovered, draining, expired, departed,
 *     owner_released, cordoned or uncordoned
 * @param reason why, or {@code null}
 * @param status the node's status afterwards
 * @param health what its check says afterwards: passing, warning or critical
 * @param correlationId that of the event or request which did it, or {@code null}
 * @param actor who did it: {@code user:<name>}, {@code token:<subject>}, {@code anonymous}, {@code key/<owner>}, {@code
 *     claim/<owner>}, {@code kafka:<topic>}, {@code replay:<topic>} or {@code leader:<replica>}; {@code null} when
 *     that is not known
 * @param changedFields what is not as it was, empty where nothing is known of before
 * @param content what the node said about itself; {@code null} where that is not what changed
 */
public record RegistrationChange(
        long revision, String change, String reason, String status, String health, Long epoch, UUID eventId,
        StoredTime eventTimestamp, String correlationId, String actor, Instant changedAt, List<String> changedFields,
        String content) {}
