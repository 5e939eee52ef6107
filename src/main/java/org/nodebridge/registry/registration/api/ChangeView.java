// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import com.fasterxml.jackson.annotation.JsonRawValue;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.nodebridge.registry.store.RegistrationChange;
import org.nodebridge.registry.store.jdbc.StoredTime;

/**
 * A change of a node as the interface shows it.
 *
 * @param revision counts up over all nodes in the order of the commits
 * @param change registered, updated, health, suspect, recovered, draining, expired, departed,
 *     owner_released, cordoned or uncordoned
 * @param reason why; absent where it goes without saying
 * @param status the node's status afterwards
 * @param health passing, warning or critical: what its check says afterwards
 * @param epoch the highest epoch that is known of the node; absent when it names none
 * @param correlationId that of the request or event which did it; absent where it has none
 * @param actor who did it: user: and the user, token: and the subject of the token, anonymous, key/ or claim/ and the
 *     owner of the key that signed the record, kafka: or replay: and the topic, or leader: and the replica; absent
 *     where that is not known
 * @param changedFields the members of the content, node_type, status and health that are not as they were before; empty
 *     where nothing is known of before
 * @param content what the node said about itself, with every digit; absent where it is not what changed
 */
@Schema(requiredProperties = {"revision", "change", "changed_at"})
record ChangeView(
        long revision, String change, String reason, String status, String health, Long epoch, UUID eventId,
        @Schema(implementation = Instant.class) StoredTime eventTimestamp, String correlationId, String actor,
        Instant changedAt, List<String> changedFields,
        @JsonRawValue @Schema(type = SchemaType.OBJECT) String content) {

    static ChangeView of(RegistrationChange change) {
        return new ChangeView(
                change.revision(), change.change(), change.reason(), change.status(), change.health(), change.epoch(),
                change.eventId(), change.eventTimestamp(), change.correlationId(), change.actor(), change.changedAt(),
                change.changedFields(), change.content());
    }
}
