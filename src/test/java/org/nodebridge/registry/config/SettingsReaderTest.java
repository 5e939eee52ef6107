// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsReaderTest {

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

    @Test
    void prefersTheKeyToItsAlias() {
        assertThat(read(Map.of("registry.id", "by-key", "REGISTRY_ID", "by-alias")).registryId()).isEqualTo("by-key");
    }

    @Test
    void putsThePrefixBeforeEveryTopic() {
        KafkaSettings kafka = read(Map.of(
                "registry.kafka.topic-prefix", "dev.omninode.",
                "registry.kafka.introspection-topics", "a.v1, b.v1"))
                .kafka();

        assertThat(kafka.introspectionTopics()).containsExactly("dev.omninode.a.v1", "dev.omninode.b.v1");
        assertThat(kafka.heartbeatTopics()).containsExactly("dev.omninode.node-heartbeat.v1");
        assertThat(kafka.requestTopic()).isEqualTo("dev.omninode.registry-request-introspection.v1");
    }

    @ParameterizedTest
    @CsvSource({
        "registry.id, has spaces",
        "registry.lease.ttl, 90",
        "registry.lease.ttl, PT0S",
        "registry.envelope.strict, yes",
        "registry.kafka.bootstrap-servers, kafka",
        "registry.kafka.bootstrap-servers, http://kafka:9092",
        "registry.kafka.topic-prefix, a b",
        "registry.kafka.introspection-topics, a$",
        "registry.intake.batch-size, 0",
        "registry.intake.batch-size, many",
        "registry.intake.batch-size, +5",
        "registry.intake.batch-size, \u0665",
        "registry.consul.mode, both",
        "registry.consul.port, 70000",
        "registry.consul.node-name, under_score",
        "registry.consul.ca-file, no-such.pem",
        "registry.health.critical, redis",
        "registry.introspection-request.timeout, PT31S",
        "POSTGRES_PORT, -1",
    })
    void namesTheKeyOfABadValue(String key, String value) {
        assertThatThrownBy(() -> read(Map.of(key, value)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value);
    }

    @Test
    void namesEveryBadValueAtOnceAndTheAliasToo() {
        assertThatThrownBy(() -> read(Map.of("CONSUL_PORT", "notaport", "registry.lease.ttl", "soon")))
                .isInstanceOfSatisfying(InvalidSettingsException.class, e -> assertThat(e.errors())
                        .hasSize(2)
                        .anyMatch(line -> line.contains("registry.consul.port (CONSUL_PORT)")
                                && line.contains("notaport"))
                        .anyMatch(line -> line.contains("registry.lease.ttl") && line.contains("ISO-8601")));
    }

    @Test
    void neverQuotesASecret() {
        assertThatThrownBy(() -> read(Map.of("CONSUL_HTTP_TOKEN", "s3cret", "CONSUL_PORT", "x")))
                .hasMessageNotContaining("s3cret");
        assertThat(read(Map.of("CONSUL_HTTP_TOKEN", "s3cret", "REGISTRY_OPERATOR_PASSWORD", "s3cret")).toString())
                .doesNotContain("s3cret");
    }

    @Test
    void takesASecretAsItWasGivenAndAnotherValueExpanded() {
        RegistrySettings settings = RegistrySettings.read(new SettingsReader(
                key -> Optional.ofNullable(
                        Map.of("REGISTRY_ID", "expanded", "REGISTRY_OPERATOR_PASSWORD", "expanded").get(key)),
                key -> Optional.ofNullable(
                        Map.of("REGISTRY_ID", "${x}", "REGISTRY_OPERATOR_PASSWORD", "pa$$w${x}\\rd").get(key))));

        assertThat(settings.registryId()).isEqualTo("expanded");
        assertThat(settings.security().passwords().get("operator").value()).isEqualTo("pa$$w${x}\\rd");
    }

    @Test
    void refusesAValueThatWouldBeReadAsAnother() {
        assertThatThrownBy(() -> read(Map.of("POSTGRES_USER", "a$$b")))
                .hasMessageContaining("POSTGRES_USER must not contain \"$$\"");
    }

    @ParameterizedTest
    @CsvSource({
        "POSTGRES_PASSWORD, pa$$w0rd, must not contain",
        "POSTGRES_PASSWORD, a${b}c, must not contain",
        "POSTGRES_PASSWORD, {xor}Lz4sLCgwLTs=, must not begin with",
        "POSTGRES_PASSWORD, {z}rest, must not begin with",
        "HTTPS_KEYSTORE_PASSWORD, pa$$w0rd, must not contain",
        "HTTPS_KEYSTORE_PASSWORD, {aes}rest, must not begin with",
    })
    void refusesASecretThatTheServerWouldChange(String key, String secret, String rule) {
        assertThatThrownBy(() -> read(Map.of(key, secret)))
                .hasMessageContaining(key + " " + rule)
                .hasMessageNotContaining(secret);
    }

    @Test
    void takesEveryOtherCharacterInASecretOfTheServer() {
        read(Map.of(
                "POSTGRES_PASSWORD", "p$w #<>&\"'\\%(x)$(y){z}~:@/?=;,`!|*",
                "HTTPS_KEYSTORE_PASSWORD", "${env.keystore_password}")); // as the server's own default is
        read(Map.of("POSTGRES_PASSWORD", "{open"));
    }

    /** As a variable reads whose characters the process's locale does not have. */
    @Test
    void refusesASecretThatTheLocaleHasSpoilt() {
        assertThatThrownBy(() -> read(Map.of("REGISTRY_OPERATOR_PASSWORD", "a\ufffdb")))
                .hasMessageContaining("REGISTRY_OPERATOR_PASSWORD")
                .hasMessageContaining("LC_ALL=C.UTF-8")
                .hasMessageNotContaining("a\ufffdb");
        assertThat(read(Map.of("REGISTRY_OPERATOR_PASSWORD", "ü€")).security().passwords().get("operator").value())
                .isEqualTo("ü€");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3cret\n", " s3cret", "s3cret\u2003", "  "})
    void refusesASecretWithWhiteSpaceAroundIt(String password) {
        assertThatThrownBy(() -> read(Map.of("REGISTRY_OPERATOR_PASSWORD", password)))
                .hasMessageContaining("REGISTRY_OPERATOR_PASSWORD")
                .hasMessageContaining("white space")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void namesAValueThatCannotBeExpanded() {
        assertThatThrownBy(() -> RegistrySettings.read(key -> {
            if (key.equals("REGISTRY_ID")) {
                throw new NoSuchElementException("Could not expand value b");
            }
            return Optional.empty();
        })).hasMessageContaining("REGISTRY_ID cannot be expanded");
    }

    @Test
    void takesABlankValueForNone() {
        assertThat(read(Map.of("REGISTRY_ID", " ")).registryId()).isEqualTo("registry-main-1");
    }

    @Test
    void growsThePauseUpToItsLimitAndJitters() {
        RetryDelay delay = new RetryDelay(Duration.ofMillis(100), Duration.ofSeconds(2));

        assertThat(List.of(1, 2, 3, 4, 5, 6, 60)).allSatisfy(failures -> {
            long ceiling = Math.min(2000, 100L << Math.min(failures - 1, 20));
            assertThat(delay.after(failures)).isBetween(Duration.ofMillis(ceiling / 2), Duration.ofMillis(ceiling));
        });
        assertThat(java.util.stream.IntStream.range(0, 50).mapToObj(i -> delay.after(5)).distinct().count())
                .isGreaterThan(1);
    }

    @Test
    void derivesTheChannelFromTheSettings() {
        Map<String, String> channel = ChannelSettings.derive(read(Map.of(
                "KAFKA_BROKER_URL", "kafka:9092", "registry.intake.batch-size", "7",
                "registry.intake.poll-timeout", "PT0.25S", "registry.kafka.topic-prefix", "p."))
                .kafka());

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
                ChannelSettings.derive(read(Map.of("registry.intake.max-poll-records", "4")).kafka());

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
        assertThat(read(Map.of()).kafka().pollRecords())
                .isEqualTo(FetchSettings.pollRecords(Runtime.getRuntime().maxMemory()));
    }
}
