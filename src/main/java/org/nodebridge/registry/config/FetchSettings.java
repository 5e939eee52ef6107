// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

/**
 * How much of what Kafka gives is held in memory at once.
 *
 * @param maxBytes the most bytes of one fetch, as they are on the broker's disk
 * @param maxPartitionBytes and of one partition
 * @param maxPollRecords the most records of one poll, which bounds what compressed records expand to
 * @param maxInFlightBytes how many bytes of records may be in flight before no more are read
 */
public record FetchSettings(int maxBytes, int maxPartitionBytes, int maxPollRecords, int maxInFlightBytes) {

    private static final int MIB = 1024 * 1024;

    static FetchSettings read(SettingsReader settings) {
        return new FetchSettings(
                settings.number("registry.intake.fetch-max-bytes", null, 8 * MIB, 1024, 1024 * MIB),
                settings.number("registry.intake.fetch-max-partition-bytes", null, MIB, 1024, 1024 * MIB),
                settings.number("registry.intake.max-poll-records", null, 16, 1, 10_000),
                settings.number("registry.intake.max-in-flight-bytes", null, 16 * MIB, 1024, 1024 * MIB));
    }
}
