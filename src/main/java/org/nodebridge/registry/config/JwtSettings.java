// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How tokens of a MicroProfile JWT issuer are checked.
 *
 * @param issuer the {@code iss} of every token; empty for no tokens, but passwords
 * @param keys the issuer's keys: the address of a JWKS, or a file that holds a JWKS or a PEM key or certificate
 * @param caFile PEM file of the authorities trusted for that address; empty for the JVM's own
 * @param audiences of which a token must name one; empty for any
 * @param groupsClaim the claim that lists the caller's groups
 * @param groups the groups that have a role, by its name
 * @param clockSkew how far the issuer's clock may be off
 */
public record JwtSettings(
        String issuer,
        String keys,
        String caFile,
        List<String> audiences,
        String groupsClaim,
        Map<String, List<String>> groups,
        Duration clockSkew) {

    static JwtSettings read(SettingsReader settings) {
        String issuer = settings.text("registry.jwt.issuer", null, "");
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (String role : List.of("reader", "operator", "admin")) {
            groups.put(role, settings.texts("registry.jwt." + role + "-groups", null, role));
        }
        JwtSettings read = new JwtSettings(
                issuer,
                settings.keys("registry.jwt.public-key-location", null),
                settings.certificates("registry.jwt.ca-file", null),
                settings.texts("registry.jwt.audiences", null, ""),
                settings.text("registry.jwt.groups-claim", null, "groups"),
                groups,
                settings.duration("registry.jwt.clock-skew", null, "PT30S"));
        if (issuer.isEmpty() != read.keys.isEmpty()) {
            settings.refuse("registry.jwt.issuer and registry.jwt.public-key-location need each other");
        }
        return read;
    }

    /** Whether callers sign in by tokens; by passwords otherwise. */
    public boolean isOn() {
        return !issuer.isEmpty();
    }
}
