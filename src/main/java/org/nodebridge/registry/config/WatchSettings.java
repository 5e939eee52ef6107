// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How the stream of changes is served.
 *
 * @param mostClients how many may watch one replica at once
 * @param maxClientsPerCaller how many of them may be of one user, or of one address where nobody has signed in
 * @param heartbeatInterval how long a stream may be without a line
 * @param bufferBytes of the last changes that are kept for all watchers; half as much is kept of snapshots, and as much
 *     again may be on its way to clients in large events
 */
public record WatchSettings(
        int mostClients, int maxClientsPerCaller, Duration heartbeatInterval, int bufferBytes) {

    static WatchSettings read(SettingsReader settings) {
        return new WatchSettings(
                settings.number("registry.watch.most-clients", null, 1000, 1, 100_000),
                settings.number("registry.watch.max-clients-per-caller", null, 250, 1, 100_000),
                settings.duration("registry.watch.heartbeat-interval", null, "PT15S"),
                settings.number("registry.watch.buffer-bytes", null, 32 << 20, 1 << 20, 1 << 30));
    }
}
