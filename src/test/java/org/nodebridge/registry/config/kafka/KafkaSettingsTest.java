// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.value.SettingsReader;

class KafkaSettingsTest {

    private static KafkaSettings read(Map<String, String> given) {
        SettingsReader reader = new SettingsReader(key -> Optional.ofNullable(given.get(key)));
        KafkaSettings settings = KafkaSettings.read(reader);
        assertThat(reader.errors()).isEmpty();
        return settings;
    }

    @Test
    void putsThePrefixBeforeEveryTopic() {
        KafkaSettings kafka = read(Map.of(
                "registry.kafka.topic-prefix", "dev.omninode.",
                "registry.kafka.introspection-topics", "a.v1, b.v1"));

        assertThat(kafka.introspectionTopics()).containsExactly("dev.omninode.a.v1", "dev.omninode.b.v1");
        assertThat(kafka.heartbeatTopics()).containsExactly("dev.omninode.node-heartbeat.v1");
        assertThat(kafka.requestTopic()).isEqualTo("dev.omninode.registry-request-introspection.v1");
    }

    @Test
    void derivesTheChannelFromTheSettings() {
        Map<String, String> channel = ChannelSettings.derive(read(Map.of(
                "KAFKA_BROKER_URL", "kafka:9092", "registry.intake.batch-size", "7",
                "registry.intake.poll-timeout", "PT0.25S", "registry.kafka.topic-prefix", "p.")));

        assertThat(channel)
                .containsEntry("mp.messaging.incoming.node-events.bootstrap.servers", "kafka:9092")
                .containsEntry(
                        "mp.messaging.incoming.node-events.topics", "p.node-introspection.v1,p.node-heartbeat.v1")
                .containsEntry("mp.messaging.incoming.node-events.max.poll.records", "7")
                .containsEntry("mp.messaging.incoming.node-events.isolation.level", "read_committed")
                .containsEntry("mp.messaging.incoming.node-events.fetch.max.bytes", "8388608")
                .containsEntry("mp.messaging.incoming.node-events.max.partition.fetch.bytes", "1048576")
                .containsEntry("mp.messaging.incoming.node-events.poll-timeout", "250")
                .containsEntry("mp.messaging.incoming.node-events.initially-paused", "true")
                .containsEntry("mp.messaging.outgoing.registry-records.bootstrap.servers", "kafka:9092");
    }

    @Test
    void pollsFewRecordsAtOnceHoweverManyMayBeInFlight() {
        Map<String, String> channel =
                ChannelSettings.derive(read(Map.of("registry.intake.max-poll-records", "4")));

        assertThat(channel)
                .containsEntry("mp.messaging.incoming.node-events.max.poll.records", "4")
                .containsEntry("mp.messaging.incoming.node-events.max-queue-size-factor", "8");
    }

    @Test
    void pollsAsManyRecordsAsTheHeapHoldsWhenEachIsLarge() {
        long mib = 1024 * 1024;

        assertThat(FetchSettings.pollRecords(64 * mib)).isEqualTo(1);
        assertThat(FetchSettings.pollRecords(512 * mib)).isEqualTo(8);
        assertThat(FetchSettings.pollRecords(8192 * mib)).isEqualTo(16);
        assertThat(read(Map.of()).pollRecords())
                .isEqualTo(FetchSettings.pollRecords(Runtime.getRuntime().maxMemory()));
    }
}
