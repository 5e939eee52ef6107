// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.time.Instant;

/**
 * What became of a dead letter that was replayed.
 *
 * @param topic the dead-letter topic; with partition and offset where the letter lies
 * @param deadLetteredAt Kafka's time of the letter
 * @param outcome applied, unchanged, stale, unknown, ignored, quarantined or truncated
 * @param detail why it was quarantined, or {@code null}
 * @param replayedBy who asked for it
 */
public record ReplayedDeadLetter(
        String topic, int partition, long offset, Instant deadLetteredAt, String outcome, String detail,
        Instant replayedAt, String replayedBy) {}
