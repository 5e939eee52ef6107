// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.config.value.SettingsReader;

class FaultToleranceKeysTest {

    private static final Pattern KEY_AND_DEFAULT = Pattern.compile("\\$\\{([a-z.-]+):([^}]+)}");

    @Test
    void areCheckedAtStartUnderTheDefaultsThatApply() throws IOException {
        SettingsReader reader = new SettingsReader(key -> Optional.empty());
        RegistrySettings.read(reader);
        Map<String, String> checked = reader.described().stream()
                .collect(Collectors.toMap(SettingsReader.Described::key, SettingsReader.Described::defaultValue));

        Map<String, String> applying = applying();

        assertThat(applying).hasSizeGreaterThanOrEqualTo(11);
        assertThat(checked).containsAllEntriesOf(applying);
    }

    private static Map<String, String> applying() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = FaultToleranceKeysTest.class.getResourceAsStream(
                "/META-INF/microprofile-config.properties")) {
            properties.load(in);
        }
        Map<String, String> keys = new HashMap<>();
        for (Object value : properties.values()) {
            Matcher expression = KEY_AND_DEFAULT.matcher(value.toString());
            if (expression.matches() && expression.group(1).startsWith("registry.consul.")) {
                String before = keys.put(expression.group(1), expression.group(2));
                assertThat(before).as(expression.group(1)).isIn(null, expression.group(2));
            }
        }
        return keys;
    }

    @Test
    void nameTheKeyOfABadValue() {
        Map<String, String> bad = Map.of("registry.consul.bulkhead", "21", "registry.consul.breaker.ratio", "2");
        SettingsReader reader = new SettingsReader(key -> Optional.ofNullable(bad.get(key)));

        ConsulSettings.read(reader);

        assertThat(reader.errors())
                .anyMatch(error -> error.startsWith("registry.consul.bulkhead "))
                .anyMatch(error -> error.startsWith("registry.consul.breaker.ratio "));
    }

    @ParameterizedTest
    @CsvSource({"PT59.999S, false", "PT1M, true"})
    void nameTheTimeToLiveOfAnInstallationThatIsTooShort(String ttl, boolean accepted) {
        SettingsReader reader = new SettingsReader(
                key -> Optional.of(ttl).filter(value -> key.equals("registry.consul.installation-ttl")));

        ConsulSettings.read(reader);

        assertThat(reader.errors()).hasSize(accepted ? 0 : 1)
                .allMatch(error -> error.startsWith("registry.consul.installation-ttl "));
    }

    /** The name of the longest service of sidecar proxies is to be a DNS label. */
    @ParameterizedTest
    @CsvSource({"37, on, true", "38, on, false", "38, off, true", "1, yes, false"})
    void nameThePrefixThatIsTooLongForSidecarProxies(int length, String connect, boolean accepted) {
        Map<String, String> given = Map.of(
                "registry.consul.service-prefix", "x".repeat(length), "registry.consul.connect", connect);
        SettingsReader reader = new SettingsReader(key -> Optional.ofNullable(given.get(key)));

        ConsulSettings.read(reader);

        assertThat(reader.errors()).hasSize(accepted ? 0 : 1)
                .allMatch(error -> error.contains("registry.consul.connect"));
    }

    @Test
    void nameTheTokenThatNoHeaderCarriesWithoutQuotingIt() {
        SettingsReader reader = new SettingsReader(
                key -> Optional.of("geheim\nnis").filter(value -> key.equals("CONSUL_HTTP_TOKEN")));

        ConsulSettings.read(reader);

        assertThat(reader.errors()).singleElement().asString()
                .contains("CONSUL_HTTP_TOKEN")
                .doesNotContain("geheim");
    }
}
