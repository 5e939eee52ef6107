// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.region;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.event.Fields;

/**
 * What every exported record says of its place, so that one without a value has it too.
 *
 * @param historyId the run of revisions that the revision belongs to
 * @param historyNumber of a later history it is higher; 0 where the exporter tells none
 * @param revision up to which revision of the exporter it tells
 * @param change which change had that revision, as no other change is called; empty where it is not known. A database
 *     that was restored from an older backup gives a revision to another change
 */
record RecordHeaders(UUID historyId, long historyNumber, long revision, String change) {

    private static final String HISTORY = "registry-history";
    private static final String HISTORY_NUMBER = "registry-history-number";
    private static final String REVISION = "registry-revision";
    private static final String CHANGE = "registry-change";

    /** Where the change is not known. */
    RecordHeaders(UUID historyId, long historyNumber, long revision) {
        this(historyId, historyNumber, revision, "");
    }

    void addTo(ProducerRecord<byte[], byte[]> record) {
        record.headers().add(HISTORY, historyId.toString().getBytes(StandardCharsets.UTF_8));
        record.headers().add(HISTORY_NUMBER, Long.toString(historyNumber).getBytes(StandardCharsets.UTF_8));
        record.headers().add(REVISION, Long.toString(revision).getBytes(StandardCharsets.UTF_8));
        if (!change.isEmpty()) {
            record.headers().add(CHANGE, change.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Empty for a record that is not one of an exporter. */
    static Optional<RecordHeaders> of(ConsumerRecord<byte[], byte[]> record) {
        UUID history = Fields.uuidOf(text(record, HISTORY));
        long revision = Characters.wholeNumber(text(record, REVISION), Long.MAX_VALUE).orElse(-1);
        long number = Characters.wholeNumber(text(record, HISTORY_NUMBER), Long.MAX_VALUE).orElse(0);
        return history == null || revision < 0
                ? Optional.empty()
                : Optional.of(new RecordHeaders(history, number, revision, text(record, CHANGE)));
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
