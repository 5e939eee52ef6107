// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.config.InvalidSettingsException;
import org.nodebridge.registry.config.RegistrySettings;

/** By settings of the registry, which are all read by it. */
class SettingsReaderTest {

    private static RegistrySettings read(Map<String, String> given) {
        return RegistrySettings.read(key -> Optional.ofNullable(given.get(key)));
    }

    @Test
    void prefersTheKeyToItsAlias() {
        assertThat(read(Map.of("registry.id", "by-key", "REGISTRY_ID", "by-alias")).registryId()).isEqualTo("by-key");
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
}
