// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How tokens of a MicroProfile JWT issuer are checked.
 *
 * @param issuer the {@code iss} of every token; empty for no tokens, but passwords
 * @param keys the issuer's keys: the address of a JWKS, or a file that holds a JWKS or a PEM key or certificate
 * @param caFile PEM file of the authorities trusted for that address; empty for the JVM's own
 * @param audiences of which a token must name one; empty for any, which has to be asked for
 * @param groupsClaim the claim that lists the caller's groups
 * @param groups the groups that have a role, by its name
 * @param clockSkew how far the issuer's clock may be off
 * @param refreshInterval how often keys behind an address are fetched
 */
public record JwtSettings(
        String issuer,
        String keys,
        String caFile,
        List<String> audiences,
        String groupsClaim,
        Map<String, List<String>> groups,
        Duration clockSkew,
        Duration refreshInterval) {

    static JwtSettings read(SettingsReader settings) {
        String issuer = settings.text("registry.jwt.issuer", null, "");
        Map<String, List<String>> groups = new LinkedHashMap<>();
        for (String role : List.of("reader", "operator", "admin")) {
            // who is admin elsewhere is not for that admin here
            groups.put(role, settings.texts(
                    "registry.jwt." + role + "-groups", null, role.equals("admin") ? "" : role));
        }
        JwtSettings read = new JwtSettings(
                issuer,
                settings.keys("registry.jwt.public-key-location", null),
                settings.certificates("registry.jwt.ca-file", null),
                settings.texts("registry.jwt.audiences", null, ""),
                settings.text("registry.jwt.groups-claim", null, "groups"),
                groups,
                settings.duration("registry.jwt.clock-skew", null, "PT30S"),
                settings.duration("registry.jwt.refresh-interval", null, "PT1M"));
        boolean anyAudience = settings.flag("registry.jwt.any-audience", null, false);
        boolean allowHttp = settings.flag("registry.jwt.allow-http", null, false);
        if (read.isOn() && read.audiences.isEmpty() && !anyAudience) {
            settings.refuse("registry.jwt.audiences is needed with registry.jwt.issuer: tokens for other services would"
                    + " sign in here too. registry.jwt.any-audience=true takes them all the same");
        }
        if (read.keys.startsWith("http://") && !allowHttp) {
            settings.refuse("registry.jwt.public-key-location must be https: a proxy in between could give keys of"
                    + " their own. registry.jwt.allow-http=true takes http all the same");
        }
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
