// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {

    private static RegistrySettings read(Map<String, String> given) {
        return RegistrySettings.read(key -> Optional.ofNullable(given.get(key)));
    }

    @Test
    void hasADefaultForEverySetting() {
        RegistrySettings settings = read(Map.of());

        assertThat(settings.registryId()).isEqualTo("registry-main-1");
        assertThat(settings.strictEnvelopes()).isFalse();
        assertThat(settings.leases().ttl("effect")).isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.maxClockAhead()).isEqualTo(Duration.ofMinutes(5));
        assertThat(settings.criticalComponents()).containsExactly("kafka");
        assertThat(settings.security().passwords().get("operator").isEmpty()).isTrue();
        assertThat(settings.kafka().bootstrapServers()).isEqualTo("localhost:29092");
        assertThat(settings.kafka().groupId()).isEqualTo("bridge-registry-group");
        assertThat(settings.kafka().inputTopics()).containsExactly("node-introspection.v1", "node-heartbeat.v1");
        assertThat(settings.kafka().requestTopic()).isEqualTo("registry-request-introspection.v1");
        assertThat(settings.kafka().deadLetterTopic("t")).isEqualTo("t.dlq");
        assertThat(settings.kafka().batchSize()).isEqualTo(500);
        assertThat(settings.postgres())
                .isEqualTo(new PostgresSettings("localhost", 5432, "omninode_bridge", "postgres"));
        assertThat(settings.consul().host()).isEqualTo("localhost");
        assertThat(settings.consul().port()).isEqualTo(8500);
        assertThat(settings.consul().mode()).isEqualTo(ConsulSettings.Mode.CATALOG);
    }

    /** The second host of a failover would not be found, and nobody would know before that. */
    @ParameterizedTest
    @ValueSource(strings = {"db:5433", "pg-a:5433,pg-b:5433", "pg-a,[::1]:5433", "pg-a:5433,"})
    void refusesAPortThatPostgresPortWouldBeAppendedTo(String hosts) {
        assertThatThrownBy(() -> read(Map.of("POSTGRES_HOST", hosts)))
                .isInstanceOf(InvalidSettingsException.class).hasMessageContaining("POSTGRES_HOST must have no port");
        assertThatThrownBy(() -> read(Map.of("POSTGRES_MIGRATION_HOST", hosts)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("POSTGRES_MIGRATION_HOST must have no port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"db", "10.0.0.1", "pg-a:5433,pg-b", "pg-a:5433,pg-b:5434,pg-c", "[::1]", "::1", "pg-a,[::1]"})
    void takesSeveralHostsOfPostgres(String hosts) {
        assertThat(read(Map.of("POSTGRES_HOST", hosts)).postgres().host()).isEqualTo(hosts);
    }

    @Test
    void knowsTheNamesOfTheDesignDocument() {
        RegistrySettings settings = read(Map.of(
                "KAFKA_BROKER_URL", "kafka:9092",
                "CONSUL_HOST", "consul",
                "CONSUL_PORT", "8501",
                "POSTGRES_HOST", "db",
                "POSTGRES_PORT", "5433",
                "REGISTRY_ID", "r-2"));

        assertThat(settings.kafka().bootstrapServers()).isEqualTo("kafka:9092");
        assertThat(settings.consul().host()).isEqualTo("consul");
        assertThat(settings.consul().port()).isEqualTo(8501);
        assertThat(settings.postgres().host()).isEqualTo("db");
        assertThat(settings.postgres().port()).isEqualTo(5433);
        assertThat(settings.registryId()).isEqualTo("r-2");
    }
}
