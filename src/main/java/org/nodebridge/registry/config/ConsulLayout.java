// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.util.List;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * How a node looks in Consul.
 *
 * @param servicePrefix what precedes the node type in a service's name
 * @param addressEndpoints the names of the endpoints that provide the service's address, the first choice first
 * @param capabilityTags how the names of capabilities become tags
 * @param weights whether entries have weights
 * @param connect whether nodes that name a port of a mesh proxy have an entry for that, too
 * @param failoverDatacenters where callers by a prepared query are led when their own datacenter has no node, in this
 *     order; empty for no such query
 */
public record ConsulLayout(
        String servicePrefix, List<String> addressEndpoints, CapabilityTags capabilityTags, WeightSettings weights,
        Connect connect, List<String> failoverDatacenters) {

    /** What is used where nothing is set. */
    public static final ConsulLayout DEFAULT =
            new ConsulLayout(
                    "onex-", List.of("api", "health"), CapabilityTags.PREFIXED, WeightSettings.DEFAULT, Connect.OFF,
                    List.of());

    /** With more before it, the name of a service of sidecar proxies is no DNS label. */
    private static final int LONGEST_PREFIX_OF_SIDECARS = 37;

    private static final int MOST_DATACENTERS = 16;
    private static final String FAILOVER = "registry.consul.failover-datacenters";

    /** How the names of capabilities become tags. */
    public enum CapabilityTags {
        /** Behind {@code capability:}, so that no software takes what a node says about itself for an order. */
        PREFIXED,
        /** As they are: only where every node is trusted with all other readers of Consul's tags. */
        BARE,
        /** No tags for capabilities. */
        OFF
    }

    /** Whether there is Consul Connect. */
    public enum Connect {
        OFF,
        /** Consul's servers have it on, too, and every node that names a port runs a proxy there. */
        ON
    }

    public ConsulLayout {
        addressEndpoints = List.copyOf(addressEndpoints);
        failoverDatacenters = List.copyOf(failoverDatacenters);
    }

    static ConsulLayout read(SettingsReader settings) {
        ConsulLayout layout = new ConsulLayout(
                settings.matching(
                        "registry.consul.service-prefix", null, DEFAULT.servicePrefix, "[A-Za-z0-9-]{0,40}",
                        "must be up to 40 letters, digits and hyphens"),
                settings.texts(
                        "registry.consul.address-endpoint", null, String.join(",", DEFAULT.addressEndpoints)),
                settings.choice("registry.consul.capability-tags", null, DEFAULT.capabilityTags),
                WeightSettings.read(settings),
                settings.choice("registry.consul.connect", null, DEFAULT.connect),
                settings.texts(FAILOVER, null, ""));
        if (layout.sidecars() && layout.servicePrefix.length() > LONGEST_PREFIX_OF_SIDECARS) {
            settings.refuse("registry.consul.service-prefix must have " + LONGEST_PREFIX_OF_SIDECARS
                    + " characters at most where registry.consul.connect is on");
        }
        layout.checkFailover(settings);
        return layout;
    }

    private void checkFailover(SettingsReader settings) {
        List<String> names = failoverDatacenters;
        if (names.size() > MOST_DATACENTERS || names.stream().distinct().count() < names.size()
                || !names.stream().allMatch(name -> name.matches("[a-z0-9_-]{1,63}"))) {
            settings.refuse(
                    FAILOVER + " must name " + MOST_DATACENTERS + " datacenters at most, each once, of lower-case"
                            + " letters, digits, hyphens and underscores, but is \"" + String.join(",", names) + "\"");
        }
    }

    /** Whether nodes may have entries for sidecar proxies. */
    public boolean sidecars() {
        return connect == Connect.ON;
    }
}
