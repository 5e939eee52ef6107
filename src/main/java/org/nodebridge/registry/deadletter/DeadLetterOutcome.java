// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import org.nodebridge.registry.kafka.deadletter.DeadLetterId;

/**
 * What became of one letter in one replay.
 *
 * @param outcome applied, unchanged, stale, unknown, ignored, quarantined, not_quarantined, truncated or failed; in a
 *     dry run with {@code would_} before it
 * @param detail why, for a person; {@code null} where there is nothing to say
 */
public record DeadLetterOutcome(DeadLetterId id, String nodeId, String outcome, String detail) {}
