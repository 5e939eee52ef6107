// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.nodebridge.registry.config.value.PemFile;
import org.nodebridge.registry.config.value.Secret;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How Kafka's clients show who they are and whom they trust.
 *
 * @param protocol Kafka's name of it; {@code PLAINTEXT} leaves all to settings of Kafka's own
 * @param caFile PEM file of the authorities trusted for TLS; empty for the JVM's own
 * @param certificateFile PEM file of the client's certificate for mutual TLS; empty for none
 * @param keyFile PEM file (PKCS#8) of the client's key; empty for none
 */
public record KafkaSecuritySettings(
        String protocol,
        String mechanism,
        String username,
        Secret password,
        String caFile,
        String certificateFile,
        String keyFile) {

    private static final String PLAINTEXT = "PLAINTEXT";

    static KafkaSecuritySettings read(SettingsReader settings) {
        KafkaSecuritySettings read = new KafkaSecuritySettings(
                settings.matching(
                        "registry.kafka.security-protocol", null, PLAINTEXT, "(SASL_)?(PLAINTEXT|SSL)",
                        "must be PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL"),
                settings.matching(
                        "registry.kafka.sasl-mechanism", null, "SCRAM-SHA-512", "SCRAM-SHA-(256|512)|PLAIN",
                        "must be SCRAM-SHA-512, SCRAM-SHA-256 or PLAIN"),
                settings.text("registry.kafka.sasl-username", null, ""),
                settings.secretOrFile("registry.kafka.sasl-password", "REGISTRY_KAFKA_SASL_PASSWORD"),
                settings.certificates("registry.kafka.ca-file", null),
                settings.certificates("registry.kafka.certificate-file", null),
                settings.file("registry.kafka.key-file", null));
        if (read.isSasl() && (read.username.isEmpty() || read.password.isEmpty())) {
            settings.refuse("registry.kafka.sasl-username and registry.kafka.sasl-password are needed with "
                    + read.protocol);
        }
        if (read.certificateFile.isEmpty() != read.keyFile.isEmpty()) {
            settings.refuse("registry.kafka.certificate-file and registry.kafka.key-file need each other");
        }
        return read;
    }

    /** What a client is given; nothing with {@code PLAINTEXT}, so that settings of Kafka's own hold. */
    public Map<String, String> clientProperties() {
        Map<String, String> properties = new TreeMap<>();
        if (protocol.equals(PLAINTEXT)) {
            return properties;
        }
        properties.put("security.protocol", protocol);
        if (isSasl()) {
            properties.put("sasl.mechanism", mechanism);
            properties.put("sasl.jaas.config", login());
        }
        if (!caFile.isEmpty()) {
            properties.put("ssl.truststore.type", "PEM");
            properties.put("ssl.truststore.location", caFile);
        }
        if (!certificateFile.isEmpty()) {
            properties.put("ssl.keystore.type", "PEM");
            properties.put("ssl.keystore.certificate.chain", text("registry.kafka.certificate-file", certificateFile));
            properties.put("ssl.keystore.key", text("registry.kafka.key-file", keyFile));
        }
        return properties;
    }

    private boolean isSasl() {
        return protocol.startsWith("SASL");
    }

    private String login() {
        String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        return "org.apache.kafka.common.security." + module + " required username=\"" + quoted(username)
                + "\" password=\"" + quoted(password.value()) + "\";";
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static String text(String setting, String file) {
        return new String(new PemFile(setting, file).bytes(), StandardCharsets.US_ASCII);
    }
}
