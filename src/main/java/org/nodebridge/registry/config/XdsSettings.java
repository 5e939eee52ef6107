// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.util.List;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * The control plane that callers ask by xDS, over gRPC.
 *
 * @param port where it listens; 0 for not at all
 * @param host on which address
 * @param insecure whether it has no TLS and lets anybody in
 * @param certificateFile PEM file of the server's certificate and those that lead on from it; empty for none
 * @param keyFile PEM file (PKCS#8) of its key; empty for none
 * @param clientCaFile PEM file of the authorities whose certificates let a client in; empty for none
 * @param maxStreams how many streams of clients there may be
 * @param regionOrder which regions come after the caller's own, the best first
 * @param weights what the weights of nodes are made of
 * @param scope whose nodes callers receive
 */
public record XdsSettings(
        int port,
        String host,
        boolean insecure,
        String certificateFile,
        String keyFile,
        String clientCaFile,
        int maxStreams,
        List<String> regionOrder,
        WeightSettings.Source weights,
        Scope scope) {

    private static final String LOOPBACK = "localhost|127(\\.\\d{1,3}){3}|::1|\\[::1]";

    /** Whose nodes callers receive. */
    public enum Scope {
        /** This registry's own. */
        LOCAL,
        /** Those of other regions too, after all of our own. */
        ALL
    }

    public XdsSettings {
        regionOrder = List.copyOf(regionOrder);
    }

    /** Whether there is such a server. */
    public boolean isOn() {
        return port > 0;
    }

    static XdsSettings read(SettingsReader settings) {
        XdsSettings xds = new XdsSettings(
                settings.number("registry.xds.port", null, 0, 0, 65_535),
                settings.matching(
                        "registry.xds.host", null, "0.0.0.0", "[A-Za-z0-9.:_\\[\\]-]{1,255}",
                        "must be a name or an address of this machine"),
                settings.flag("registry.xds.insecure", null, false),
                settings.certificates("registry.xds.certificate-file", null),
                settings.file("registry.xds.key-file", null),
                settings.certificates("registry.xds.client-ca-file", null),
                settings.number("registry.xds.max-streams", null, 1_000, 1, 20_000),
                settings.texts("registry.xds.region-order", null, ""),
                settings.choice("registry.xds.weights", null, WeightSettings.Source.OFF),
                settings.choice("registry.xds.scope", null, Scope.LOCAL));
        xds.check(settings);
        return xds;
    }

    private void check(SettingsReader settings) {
        if (!isOn()) {
            return;
        }
        boolean tls = !certificateFile.isEmpty() && !keyFile.isEmpty();
        if (insecure && !host.matches(LOOPBACK)) {
            settings.refuse("registry.xds.insecure (REGISTRY_XDS_INSECURE) is for loopback only: registry.xds.host"
                    + " (REGISTRY_XDS_HOST) must be 127.0.0.1, ::1 or localhost, but is \"" + host + "\"");
        }
        if (insecure && !(certificateFile + keyFile + clientCaFile).isEmpty()) {
            settings.refuse("registry.xds.insecure (REGISTRY_XDS_INSECURE) must not be set together with"
                    + " registry.xds.certificate-file, registry.xds.key-file or registry.xds.client-ca-file");
        }
        if (!insecure && !tls) {
            settings.refuse("registry.xds.port (REGISTRY_XDS_PORT) needs TLS: registry.xds.certificate-file"
                    + " (REGISTRY_XDS_CERTIFICATE_FILE) and registry.xds.key-file (REGISTRY_XDS_KEY_FILE); on loopback"
                    + " registry.xds.insecure (REGISTRY_XDS_INSECURE) may be true instead");
        }
    }
}
