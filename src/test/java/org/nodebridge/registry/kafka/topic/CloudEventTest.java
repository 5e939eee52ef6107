// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.kafka.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.kafka.KafkaMessageFactory;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nodebridge.registry.kafka.topic.CloudEvent.Type;

class CloudEventTest {

    private static final UUID ID = new UUID(1, 2);
    private static final Instant TIME = Instant.parse("2026-05-31T23:59:59.123456789Z");

    @ParameterizedTest
    @EnumSource(Type.class)
    void readsAsACloudEventByItsOwnLibrary(Type type) {
        byte[] value = "{\"a\":1}".getBytes(UTF_8);
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("topic", value);

        CloudEvent.of(type, ID, TIME).on(record, "registry-1");

        io.cloudevents.CloudEvent read =
                KafkaMessageFactory.createReader(record.headers(), record.value()).toEvent();
        assertThat(read.getSpecVersion()).hasToString("1.0");
        assertThat(read.getId()).isEqualTo(ID.toString());
        assertThat(read.getSource()).hasToString("urn:nodebridge:registry:registry-1");
        assertThat(read.getType()).isEqualTo(type.attribute());
        assertThat(read.getTime()).isEqualTo(Instant.parse("2026-05-31T23:59:59.123456Z").atOffset(ZoneOffset.UTC));
        assertThat(read.getDataContentType()).isEqualTo("application/json");
        assertThat(read.getData().toBytes()).isEqualTo(value);
    }

    @Test
    void hasNoContentTypeWithoutAValue() {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("topic", "key".getBytes(UTF_8), null);

        CloudEvent.of(Type.REGISTRATION_REMOVAL, ID, TIME).on(record, "registry-1");

        assertThat(record.headers().lastHeader("content-type")).isNull();
        assertThat(KafkaMessageFactory.createReader(record.headers(), record.value()).toEvent().getData()).isNull();
    }

    @Test
    void hasTheSameIdForTheSameNameOfTheSameTypeOnly() {
        String id = CloudEvent.named(Type.REGISTRATION, "h:7:n", TIME).id();

        assertThat(CloudEvent.named(Type.REGISTRATION, "h:7:n", TIME.plusSeconds(1)).id()).isEqualTo(id);
        assertThat(CloudEvent.named(Type.REGISTRATION, "h:8:n", TIME).id()).isNotEqualTo(id);
        assertThat(CloudEvent.named(Type.REGISTRATION_REMOVAL, "h:7:n", TIME).id()).isNotEqualTo(id);
    }
}
