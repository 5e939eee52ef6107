// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.config.value.Secret;

class SecuritySettingsTest {

    @TempDir
    Path files;

    private static RegistrySettings read(Map<String, String> given) {
        return RegistrySettings.read(key -> Optional.ofNullable(given.get(key)));
    }

    @Test
    void isClosedWhenNothingIsSet() {
        SecuritySettings settings = read(Map.of()).security();

        assertThat(settings.openReads()).isFalse();
        assertThat(settings.passwords().values()).allMatch(Secret::isEmpty);
        assertThat(settings.jwt().isOn()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"REGISTRY_READER", "REGISTRY_OPERATOR", "REGISTRY_ADMIN"})
    void readsAPasswordFromAFile(String user) throws Exception {
        String file = Files.writeString(files.resolve("secret"), "hunter2\n").toString();

        assertThat(read(Map.of(user + "_PASSWORD_FILE", file)).security().passwords().values())
                .extracting(Secret::value)
                .containsExactlyInAnyOrder("hunter2", "", "");
    }

    @Test
    void readsEveryCharacterOfAPasswordFromAFile() throws Exception {
        String odd = "p$$w${x}\\r ü€#<>&\"'%(x)$(y){z}~:@/?=;,`!|*";
        String file = Files.writeString(files.resolve("secret"), odd + "\n").toString();

        assertThat(read(Map.of("REGISTRY_OPERATOR_PASSWORD_FILE", file)).security().passwords().get("operator").value())
                .isEqualTo(odd);
        Files.write(files.resolve("latin"), new byte[] {'a', (byte) 0xfc, 'b'});
        assertThatThrownBy(() -> read(
                Map.of("REGISTRY_OPERATOR_PASSWORD_FILE", files.resolve("latin").toString())))
                .hasMessageContaining("REGISTRY_OPERATOR_PASSWORD_FILE");
    }

    @Test
    void readsConsulsTokenFromAFile() throws Exception {
        String file = Files.writeString(files.resolve("secret"), "a-token\r\n").toString();

        assertThat(read(Map.of("CONSUL_HTTP_TOKEN_FILE", file)).consul().token().value()).isEqualTo("a-token");
    }

    @Test
    void refusesAFileThatIsNotThereOrEmptyOrNotAlone() throws Exception {
        String file = Files.writeString(files.resolve("secret"), "\n").toString();

        assertThatThrownBy(() -> read(Map.of("REGISTRY_ADMIN_PASSWORD_FILE", files.resolve("none").toString())))
                .hasMessageContaining("registry.admin.password-file (REGISTRY_ADMIN_PASSWORD_FILE)")
                .hasMessageContaining("can be read");
        assertThatThrownBy(() -> read(Map.of("REGISTRY_ADMIN_PASSWORD_FILE", file))).hasMessageContaining("not empty");
        assertThatThrownBy(
                () -> read(Map.of("REGISTRY_ADMIN_PASSWORD_FILE", file, "REGISTRY_ADMIN_PASSWORD", "s3cret")))
                .hasMessageContaining("must not be given beside registry.admin.password")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void wantsIssuerAndKeysTogether() throws Exception {
        Map<String, String> given = new HashMap<>(Map.of("registry.jwt.issuer", "https://issuer.test"));
        assertThatThrownBy(() -> read(given)).hasMessageContaining("need each other");

        given.put("registry.jwt.public-key-location", Files.writeString(files.resolve("k"), "no key").toString());
        assertThatThrownBy(() -> read(given)).hasMessageContaining("registry.jwt.public-key-location must be");

        given.put("registry.jwt.public-key-location", "https://issuer.test/keys");
        given.put("registry.jwt.audiences", "registry");
        assertThat(read(given).security().jwt().isOn()).isTrue();
    }

    @Test
    void wantsAnAudienceAndHttpsUnlessAskedNotTo() {
        Map<String, String> given = new HashMap<>(Map.of(
                "registry.jwt.issuer", "https://issuer.test",
                "registry.jwt.public-key-location", "http://issuer.test/keys"));
        assertThatThrownBy(() -> read(given))
                .hasMessageContaining("registry.jwt.audiences is needed")
                .hasMessageContaining("registry.jwt.public-key-location must be https");

        given.putAll(Map.of("registry.jwt.any-audience", "true", "registry.jwt.allow-http", "true"));
        assertThat(read(given).security().jwt().isOn()).isTrue();
    }

    @Test
    void makesNoGroupAdminByItself() {
        assertThat(read(Map.of()).security().jwt().groups().get("admin")).isEmpty();
    }

    @Test
    void givesKafkasClientsTheirSecurityAndShowsNoneOfIt() throws Exception {
        String file = Files.writeString(files.resolve("secret"), "p\"w\\d").toString();

        RegistrySettings settings = read(Map.of(
                "registry.kafka.security-protocol", "SASL_SSL",
                "registry.kafka.sasl-username", "registry", "REGISTRY_KAFKA_SASL_PASSWORD_FILE", file));

        assertThat(settings.kafka().security().clientProperties())
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
                .containsEntry("sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"registry\""
                                + " password=\"p\\\"w\\\\d\";");
        assertThat(settings.toString()).doesNotContain("p\"w");
    }

    @Test
    void wantsAUserForKafkaWhereThereIsSasl() {
        assertThatThrownBy(() -> read(Map.of("registry.kafka.security-protocol", "SASL_SSL")))
                .hasMessageContaining("registry.kafka.sasl-username");
        assertThat(read(Map.of()).kafka().security().clientProperties()).isEmpty();
    }

    @Test
    void asksNodesForNothingByDefaultAndElseWantsKeys() throws Exception {
        String keys = Files.writeString(files.resolve("keys.json"), "{\"keys\": []}").toString();
        String text = Files.writeString(files.resolve("text"), "nothing").toString();

        assertThat(read(Map.of()).identity().isOn()).isFalse();
        assertThat(read(Map.of("registry.identity.mode", "observe", "registry.identity.keys-file", keys)).identity())
                .matches(IdentitySettings::isOn)
                .matches(identity -> !identity.isEnforced());
        assertThatThrownBy(() -> read(Map.of("registry.identity.mode", "enforce")))
                .hasMessageContaining("registry.identity.keys-file");
        assertThatThrownBy(() -> read(Map.of("registry.identity.keys-file", text)))
                .hasMessageContaining("registry.identity.keys-file must name a file");
        assertThatThrownBy(() -> read(Map.of("registry.identity.mode", "on")))
                .hasMessageContaining("registry.identity.mode must be one of off, observe, enforce");
    }
}
