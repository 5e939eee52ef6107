// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.nodebridge.registry.config.ProbeSettings;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.lease.probe.AllowedAddresses.Names;

/** Probes as the settings make them, loopback allowed and with a time that suits a busy machine. */
final class Probing {

    static final ScheduledExecutorService DEADLINES = daemons();

    private Probing() {}

    /** @param given key and value in turn */
    static ProbeSettings settings(String... given) {
        Map<String, String> values = new HashMap<>(Map.of(
                "registry.probe.timeout", "PT20S",
                "registry.probe.allowed-addresses", "127.0.0.0/8,::1/128"));
        for (int i = 0; i < given.length; i += 2) {
            values.put(given[i], given[i + 1]);
        }
        return RegistrySettings.read(key -> Optional.ofNullable(values.get(key))).probes();
    }

    static HealthProbe probe(ProbeSettings settings) {
        return new HealthProbe(settings, DEADLINES, InetAddress::getAllByName);
    }

    /** What a probe comes to, by itself or by its deadline. */
    static ProbeResult ask(ProbeSettings settings, URI url) {
        return ask(probe(settings), url);
    }

    static ProbeResult ask(ProbeSettings settings, Names names, URI url) {
        return ask(new HealthProbe(settings, DEADLINES, names), url);
    }

    private static ProbeResult ask(HealthProbe probe, URI url) {
        CompletableFuture<ProbeResult> late = new CompletableFuture<>();
        ProbeResult result = probe.ask(url, late::complete);
        assertThat(result).isEqualTo(late.getNow(result));
        return result;
    }

    private static ScheduledExecutorService daemons() {
        return new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "deadlines");
            thread.setDaemon(true);
            return thread;
        });
    }
}
