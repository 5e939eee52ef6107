// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import java.util.List;
import org.nodebridge.registry.config.value.PemFile;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How nodes show on Kafka that they are who they say.
 *
 * @param mode what becomes of records whose sender does not show it
 * @param header the record header with the signed claim
 * @param keys who may sign; a JWKS, or one PEM key or certificate
 * @param issuer the {@code iss} of every claim; empty for any
 * @param audiences of which a claim must name one; empty for any
 * @param typeClaim the claim with the node's type
 * @param ownerClaim the claim that says whose the node is, where the key does not
 * @param clockSkew how far the signer's clock may be off from Kafka's
 * @param digestRequired whether every claim must be about the very record that it comes with
 */
public record IdentitySettings(
        Mode mode,
        String header,
        PemFile keys,
        String issuer,
        List<String> audiences,
        String typeClaim,
        String ownerClaim,
        Duration clockSkew,
        boolean digestRequired) {

    /** What becomes of records that do not show whose they are. */
    public enum Mode {
        /** Nothing is asked of records. */
        OFF,
        /** They are counted, and applied all the same. */
        OBSERVE,
        /** They become dead letters. */
        ENFORCE
    }

    private static final String KEYS = "registry.identity.keys-file";

    static IdentitySettings read(SettingsReader settings) {
        Mode mode = settings.choice("registry.identity.mode", null, Mode.OFF);
        String digest = settings.matching(
                "registry.identity.require-digest", null, "", "true|false|", "must be true or false");
        IdentitySettings read = new IdentitySettings(
                mode,
                settings.text("registry.identity.header", null, "node-identity"),
                new PemFile(KEYS, settings.keysFile(KEYS, null)),
                settings.text("registry.identity.issuer", null, ""),
                settings.texts("registry.identity.audiences", null, ""),
                settings.text("registry.identity.type-claim", null, "node_type"),
                settings.text("registry.identity.owner-claim", null, "iss"),
                settings.duration("registry.identity.clock-skew", null, "PT30S"),
                digest.isEmpty() ? mode == Mode.ENFORCE : Boolean.parseBoolean(digest));
        if (read.isOn() && read.keys.path().isEmpty()) {
            settings.refuse(KEYS + " is needed with registry.identity.mode");
        }
        return read;
    }

    /** Whether claims are looked at. */
    public boolean isOn() {
        return mode != Mode.OFF;
    }

    /** Whether nothing is applied whose sender has not shown that it may speak for the node. */
    public boolean isEnforced() {
        return mode == Mode.ENFORCE;
    }
}
