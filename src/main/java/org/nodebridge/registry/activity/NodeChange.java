// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.activity;

import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A change of one node, without its content, which the node's own history has.
 *
 * @param revision counts up over all nodes in the order of the commits
 * @param change registered, updated, health, suspect, recovered, draining, expired, departed, owner_released, cordoned
 *     or uncordoned
 * @param reason why, its first thousand characters; absent where it goes without saying
 * @param status the node's status afterwards
 * @param health passing, warning or critical: what its check says afterwards
 * @param actor who did it: user: and the user, token: and the subject of the token, anonymous, key/ or claim/ and the
 *     owner of the key that signed the record, kafka: or replay: and the topic, or leader: and the replica; absent
 *     where that is not known
 * @param correlationId that of the request or event which did it; absent where it has none
 */
@Schema(requiredProperties = {"revision", "node_id", "node_type", "change", "status", "health", "changed_at"})
public record NodeChange(
        long revision, String nodeId, String nodeType, String change, String reason, String status, String health,
        String actor, String correlationId, Instant changedAt) {}
