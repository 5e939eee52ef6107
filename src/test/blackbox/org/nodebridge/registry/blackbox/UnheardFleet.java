// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Thousands of nodes that announce themselves and that nobody calls. */
final class UnheardFleet {

    private final Registry registry;
    private final List<PlainNode> nodes;

    UnheardFleet(Registry registry, int size) {
        this.registry = registry;
        this.nodes = PlainNode.many(Registry.uniqueId("unheard"), size).toList();
    }

    void announce() {
        IntStream.range(0, nodes.size())
                .mapToObj(number -> registry.broker().send(record(Registry.INTROSPECTION, introduction(number))))
                .toList()
                .forEach(Broker::confirmed);
    }

    private byte[] introduction(int number) {
        ObjectNode payload = nodes.get(number).payload();
        payload.putObject("endpoints")
                .put("api",
                        "http://127." + (200 + number / 62_500) + "." + number / 250 + "." + (1 + number % 250) + ":9");
        payload.putObject("metadata").put("region", "eu-" + number % 3);
        return nodes.get(number).introduction(payload);
    }

    /** Lets one of them be no longer well. */
    void change(int number) {
        registry.broker().publish(record(Registry.HEARTBEAT, nodes.get(number).heartbeat("critical")));
    }

    private ProducerRecord<byte[], byte[]> record(String topic, byte[] value) {
        return new ProducerRecord<>(registry.topic(topic), 0, null, value);
    }
}
