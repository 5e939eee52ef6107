// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What makes a record a CloudEvent in the binary mode of its Kafka protocol binding: attributes as headers, the value
 * as it is.
 *
 * @param id the same for the same event of one registry, also when it is written again
 * @param time of the event
 */
public record CloudEvent(Type type, String id, Instant time) {

    /** What the registry publishes; a dead letter keeps the type that the sender of its record gave. */
    public enum Type {
        INTROSPECTION_REQUEST("introspection-request"),
        NODE_INTROSPECTION("node-introspection"),
        NODE_TOMBSTONE("node-tombstone"),
        TOPOLOGY_DIFF("topology-diff"),
        REGISTRATION("registration"),
        REGISTRATION_REMOVAL("registration-removal"),
        REGISTRATION_BEACON("registration-beacon");

        private final String attribute;

        Type(String name) {
            this.attribute = "org.nodebridge.registry." + name + ".v1";
        }

        /** The value of {@code ce_type}. */
        public String attribute() {
            return attribute;
        }
    }

    /** The event that has this id in its envelope. */
    public static CloudEvent of(Type type, UUID eventId, Instant time) {
        return new CloudEvent(type, eventId.toString(), time);
    }

    /** The event of this name, which may be of any length. */
    public static CloudEvent named(Type type, String name, Instant time) {
        return of(type, UUID.nameUUIDFromBytes((type + ":" + name).getBytes(UTF_8)), time);
    }

    /**
     * The record with these headers.
     *
     * @param registryId of the registry that writes it
     */
    public ProducerRecord<byte[], byte[]> on(ProducerRecord<byte[], byte[]> record, String registryId) {
        add(record, "ce_specversion", "1.0");
        add(record, "ce_id", id);
        add(record, "ce_source", "urn:nodebridge:registry:" + registryId);
        add(record, "ce_type", type.attribute());
        add(record, "ce_time", time.truncatedTo(ChronoUnit.MICROS).toString());
        if (record.value() != null) {
            add(record, "content-type", "application/json");
        }
        return record;
    }

    private static void add(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(UTF_8));
    }
}
