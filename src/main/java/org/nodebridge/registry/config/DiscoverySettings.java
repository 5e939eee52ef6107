// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * The view of nodes that each replica keeps in memory, and what is answered from it.
 *
 * @param maxNodes how many nodes the view may have; further ones are refused, and health says so
 * @param staleFor how old the view may be, as while PostgreSQL is unavailable, before nothing is answered from it
 */
public record DiscoverySettings(int maxNodes, Duration staleFor) {

    static DiscoverySettings read(SettingsReader settings) {
        return new DiscoverySettings(
                settings.number("registry.discovery.max-nodes", null, 100_000, 1, 1_000_000),
                settings.duration("registry.route.stale-for", null, "PT5M"));
    }
}
