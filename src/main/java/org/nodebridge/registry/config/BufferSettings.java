// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import org.nodebridge.registry.config.value.SettingsReader;

/**
 * What bounds the records that the registry holds, and how often it tries one at which it fails itself.
 *
 * @param defectAttempts how often a batch is tried that a defect fails, before the record at fault is looked for
 * @param heartbeatBytes the bytes of heartbeats that wait for the next flush
 * @param replayBytes the bytes of records that a replay, or a read of dead letters, holds at once
 * @param dryRunBytes the bytes that a dry run of a replay keeps of the newest events of all nodes
 * @param deadLetterPageBytes the bytes of dead letters in one page of their list
 * @param deadLetterReadsAtOnce how many callers may read dead letters at the same time
 * @param consulQueueBytes the bytes of nodes that wait to be written to Consul, or are being written
 */
public record BufferSettings(
        int defectAttempts,
        int heartbeatBytes,
        int replayBytes,
        int dryRunBytes,
        int deadLetterPageBytes,
        int deadLetterReadsAtOnce,
        int consulQueueBytes) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    static BufferSettings read(SettingsReader settings) {
        return new BufferSettings(
                settings.number("registry.kafka.defect-attempts", null, 3, 1, 100),
                settings.number("registry.intake.heartbeat-buffer-bytes", null, 32 * MIB, 64 * KIB, 1024 * MIB),
                settings.number("registry.replay.buffer-bytes", null, 8 * MIB, 64 * KIB, 1024 * MIB),
                settings.number("registry.replay.dry-run-bytes", null, 64 * MIB, MIB, 1024 * MIB),
                settings.number("registry.dead-letters.page-bytes", null, 2 * MIB, 64 * KIB, 64 * MIB),
                settings.number("registry.dead-letters.reads-at-once", null, 2, 1, 100),
                settings.number("registry.consul.queue-bytes", null, 32 * MIB, 64 * KIB, 1024 * MIB));
    }
}
