// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.nodebridge.registry.contract.Contract;

/**
 * What a reader of committed records finds on the topic that tells other regions of our nodes, each as the contract
 * says.
 *
 * @param histories in the order in which they began
 * @param nodes ids of those that can be discovered, as the last records tell
 * @param lastRevision up to which it tells
 * @param faults revisions that come twice or out of order; must be none
 */
record ExportedTopic(List<String> histories, Set<String> nodes, long lastRevision, List<String> faults) {

    static ExportedTopic of(Registry registry) {
        Set<String> histories = new LinkedHashSet<>();
        Set<String> nodes = new TreeSet<>();
        List<String> faults = new ArrayList<>();
        long last = -1;
        long first = -1;
        for (ConsumerRecord<byte[], byte[]> record : registry.broker().committed(registry.topic("registrations.v1"))) {
            String key = new String(record.key(), UTF_8);
            long revision = Long.parseLong(header(record, "registry-revision"));
            boolean begins = histories.add(header(record, "registry-history"));
            if (begins) {
                nodes.clear();
                first = revision;
            }
            String removal = record.value() == null ? "registration-removal" : "registration";
            String message = key.equals("\0beacon") ? "registration-beacon" : removal;
            Contract.holds(message, record.value(), record.headers());
            if (key.equals("\0beacon")) {
                if (!begins && revision != last) {
                    faults.add("a beacon of " + revision + " after " + last);
                }
            } else {
                // all nodes are published at the first revision
                if (!begins && (revision < last || revision == last && revision != first)) {
                    faults.add(revision + " after " + last);
                }
                if (record.value() == null) {
                    nodes.remove(key);
                } else {
                    nodes.add(key);
                }
            }
            last = revision;
        }
        return new ExportedTopic(List.copyOf(histories), nodes, last, faults);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
