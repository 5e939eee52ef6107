// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.util.List;
import org.nodebridge.registry.kafka.deadletter.DeadLetterId;

/**
 * Which letters to replay.
 *
 * @param ids these; {@code null} for those that the filter means and that are open
 * @param filter without ids; its status is not looked at
 * @param dryRun whether only to say what would become of them
 * @param limit the most letters, without ids
 * @param requestedBy who asks
 */
public record DeadLetterReplayRequest(
        List<DeadLetterId> ids, DeadLetterFilter filter, boolean dryRun, int limit, String requestedBy) {}
