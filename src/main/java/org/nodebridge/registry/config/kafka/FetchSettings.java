// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.kafka;

import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How much of what Kafka gives is held in memory at once.
 *
 * @param maxBytes the most bytes of one fetch, as they are on the broker's disk
 * @param maxPartitionBytes and of one partition
 * @param maxPollRecords the most records of one poll, which bounds what compressed records expand to: Kafka's client
 *     holds all of a poll before any code of ours can cut what is too large of them
 * @param maxInFlightBytes how many bytes of records may be in flight before no more are read
 */
public record FetchSettings(int maxBytes, int maxPartitionBytes, int maxPollRecords, int maxInFlightBytes) {

    private static final int MIB = 1024 * 1024;

    /** More records in one poll gain nothing that is worth their memory. */
    private static final int MOST_OF_A_POLL = 16;

    /** How much heap there is for each record of a poll. */
    private static final long HEAP_OF_A_RECORD = 64L * MIB;

    static FetchSettings read(SettingsReader settings) {
        int maxPollRecords = settings.number("registry.intake.max-poll-records", null, 0, 0, 10_000);
        return new FetchSettings(
                settings.number("registry.intake.fetch-max-bytes", null, 8 * MIB, 1024, 1024 * MIB),
                settings.number("registry.intake.fetch-max-partition-bytes", null, MIB, 1024, 1024 * MIB),
                maxPollRecords > 0 ? maxPollRecords : pollRecords(Runtime.getRuntime().maxMemory()),
                settings.number("registry.intake.max-in-flight-bytes", null, 16 * MIB, 1024, 1024 * MIB));
    }

    /** @param heap in bytes */
    static int pollRecords(long heap) {
        return (int) Math.max(1, Math.min(MOST_OF_A_POLL, Math.round((double) heap / HEAP_OF_A_RECORD)));
    }

    /** How many polls may wait in the channel: as many records, however few a poll brings. */
    int maxQueuedPolls() {
        return Math.max(2, 2 * MOST_OF_A_POLL / maxPollRecords);
    }
}
