// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.util.List;

/**
 * How a node looks in Consul.
 *
 * @param servicePrefix what precedes the node type in a service's name
 * @param addressEndpoints the names of the endpoints that provide the service's address, the first choice first
 * @param capabilityTags how the names of capabilities become tags
 * @param weights whether entries have weights
 */
public record ConsulLayout(
        String servicePrefix, List<String> addressEndpoints, CapabilityTags capabilityTags, WeightSettings weights) {

    /** What is used where nothing is set. */
    public static final ConsulLayout DEFAULT =
            new ConsulLayout(
                    "onex-", List.of("api", "health"), CapabilityTags.PREFIXED, WeightSettings.DEFAULT);

    /** How the names of capabilities become tags. */
    public enum CapabilityTags {
        /** Behind {@code capability:}, so that no software takes what a node says of itself for an order. */
        PREFIXED,
        /** As they are: only where every node is trusted with whatever else reads Consul's tags. */
        BARE,
        /** No tags for capabilities. */
        OFF
    }

    public ConsulLayout {
        addressEndpoints = List.copyOf(addressEndpoints);
    }

    static ConsulLayout read(SettingsReader settings) {
        return new ConsulLayout(
                settings.matching(
                        "registry.consul.service-prefix", null, DEFAULT.servicePrefix, "[A-Za-z0-9-]{0,40}",
                        "must be up to 40 letters, digits and hyphens"),
                settings.texts(
                        "registry.consul.address-endpoint", null, String.join(",", DEFAULT.addressEndpoints)),
                settings.choice("registry.consul.capability-tags", null, DEFAULT.capabilityTags),
                WeightSettings.read(settings));
    }
}
