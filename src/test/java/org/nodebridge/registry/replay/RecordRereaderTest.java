// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.NodeEvent.Heartbeat;
import org.nodebridge.registry.event.NodeEvent.Introduced;
import org.nodebridge.registry.event.NodeEvent.OfNode;
import org.nodebridge.registry.identity.Identities;
import org.nodebridge.registry.store.jdbc.StoreClock;

class RecordRereaderTest {

    private static final Instant THEN = Instant.parse("2026-01-01T10:00:00Z");
    private static final Instant NOW = Instant.parse("2026-01-02T10:00:00Z");
    private static final Instant AHEAD = Instant.parse("2030-01-01T00:00:00Z");

    private static final RegistrySettings SETTINGS = RegistrySettings.read(key -> Optional.empty());

    private final RecordRereader reader =
            new RecordRereader(SETTINGS, new Identities(SETTINGS, null, null), new StoreClock(), false);

    @Test
    void setsAClockThatRanAheadBackToWhenKafkaHadTheRecord() {
        OfNode event = (OfNode) reader.read(record(0, THEN, introduction(AHEAD)), NOW);

        assertThat(event.version().eventTime()).isEqualTo(THEN);
    }

    @Test
    void takesTheTimeOfTheRecordBeforeWhereKafkasTimeIsTheSameClocks() {
        reader.read(record(0, THEN, introduction(THEN)), NOW);

        OfNode event = (OfNode) reader.read(record(1, AHEAD, introduction(AHEAD)), NOW);

        assertThat(event.version().eventTime()).isEqualTo(THEN);
    }

    @Test
    void countsTheLeaseOfAnIntroductionFromNowAndThatOfAHeartbeatFromThen() {
        assertThat(reader.read(record(0, THEN, introduction(THEN)), NOW))
                .isInstanceOfSatisfying(Introduced.class, event -> {
                    assertThat(event.receivedAt()).isEqualTo(NOW);
                    assertThat(event.version().eventTime()).isEqualTo(THEN);
                });
        assertThat(reader.read(record(1, THEN, heartbeat()), NOW))
                .isInstanceOfSatisfying(Heartbeat.class, event -> assertThat(event.receivedAt()).isEqualTo(THEN));
    }

    private static String introduction(Instant time) {
        return envelope("NODE_INTROSPECTION", time, "'capabilities': {}, 'endpoints': {}, 'metadata': {}");
    }

    private static String heartbeat() {
        return envelope("NODE_HEARTBEAT", THEN, "'health_status': 'healthy', 'uptime_seconds': 1");
    }

    private static String envelope(String type, Instant time, String payload) {
        return ("{'event_id': '" + UUID.randomUUID() + "', 'event_type': '" + type + "', 'event_timestamp': '" + time
                + "', 'source_node_id': 'n', 'payload': {'node_id': 'n', 'node_type': 'effect', " + payload
                + "}}")
                .replace('\'', '"');
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, Instant time, String value) {
        return new ConsumerRecord<>(
                "node-introspection.v1", 0, offset, time.toEpochMilli(), TimestampType.CREATE_TIME, 0, 0, null,
                value.getBytes(UTF_8), new RecordHeaders(), Optional.empty());
    }
}
