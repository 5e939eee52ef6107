// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nodebridge.registry.config.value.Secret;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * Who may do what over HTTP.
 *
 * @param passwords by user: {@code reader}, {@code operator} and {@code admin}; a user without one cannot sign in
 * @param openReads whether anybody may read what the role {@code reader} may
 * @param openHealth whether anybody may ask {@code /health}
 * @param openHealthDetails whether anybody may read hosts, brokers and reasons there
 * @param openMetrics whether anybody may ask {@code /metrics}
 * @param maxFailedSignIns how many sign-ins of one user at one address may fail in a minute; 0 for any number
 * @param allowedOrigins from which other origins a browser may write, such as {@code https://console.example}
 */
public record SecuritySettings(
        Map<String, Secret> passwords,
        boolean openReads,
        boolean openHealth,
        boolean openHealthDetails,
        boolean openMetrics,
        HttpMode httpMode,
        int httpsPort,
        int maxFailedSignIns,
        List<String> allowedOrigins,
        JwtSettings jwt) {

    /** What is answered to requests by plain HTTP. */
    public enum HttpMode {
        /** What was asked for. */
        ON,
        /** To a GET where the same is by HTTPS, and to all else that it is needed. */
        REDIRECT,
        /** That HTTPS is needed. */
        OFF
    }

    static SecuritySettings read(SettingsReader settings) {
        settings.secretOfServer("HTTPS_KEYSTORE_PASSWORD", "${env.keystore_password}");
        return new SecuritySettings(
                Stream.of("reader", "operator", "admin")
                        .collect(Collectors.toUnmodifiableMap(user -> user, user -> settings.secretOrFile(
                                "registry." + user + ".password",
                                "REGISTRY_" + user.toUpperCase(Locale.ROOT) + "_PASSWORD"))),
                settings.flag("registry.security.open-reads", null, false),
                settings.flag("registry.security.open-health", null, true),
                settings.flag("registry.security.open-health-details", null, false),
                settings.flag("registry.security.open-metrics", null, true),
                settings.choice("registry.http.mode", null, HttpMode.ON),
                settings.port("HTTPS_PORT", null, 9443),
                settings.number("registry.security.max-failed-sign-ins", null, 20, 0, 10_000),
                settings.texts("registry.security.allowed-origins", null, ""),
                JwtSettings.read(settings));
    }
}
