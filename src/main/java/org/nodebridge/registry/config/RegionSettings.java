// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.nodebridge.registry.config.value.SettingsReader;

/**
 * Other registries whose nodes this one knows, and what this one publishes of its own.
 *
 * @param name this registry's own region; empty where nothing is exported
 * @param others the regions whose nodes are imported, by the prefix of their topic; callers get them in this order
 * @param silence how long a region may be silent before it counts as unreachable
 * @param omitted members of a registration that are not exported
 * @param maxNodes how many nodes of one region are kept; further ones are refused
 */
public record RegionSettings(
        String name, List<String> others, Duration silence, List<String> omitted, int maxNodes) {

    private static final int MOST_REGIONS = 16;
    private static final String NAME = "[A-Za-z0-9_-]{1,64}";

    /** Without these a record says of no node how to call it. */
    private static final List<String> NEEDED = List.of("node_id", "node_type", "status", "health");

    static RegionSettings read(SettingsReader settings) {
        RegionSettings regions = new RegionSettings(
                settings.matching(
                        "registry.region", "REGISTRY_REGION", "", NAME + "|",
                        "must be 1 to 64 letters, digits, hyphens and underscores"),
                settings.texts("registry.regions", "REGISTRY_REGIONS", ""),
                settings.duration("registry.region.silence", null, "PT30S"),
                settings.texts("registry.region.omit", null, ""),
                settings.number("registry.region.max-nodes", null, 100_000, 1, 1_000_000));
        List<String> others = regions.others;
        if (!others.stream().allMatch(other -> other.matches(NAME)) || others.size() > MOST_REGIONS
                || new HashSet<>(others).size() < others.size()) {
            settings.refuse("registry.regions (REGISTRY_REGIONS) must name " + MOST_REGIONS + " regions at most, each"
                    + " once, of letters, digits, hyphens and underscores, but is \"" + String.join(",", others)
                    + "\"");
        }
        if (others.contains(regions.name)) {
            settings.refuse("registry.regions (REGISTRY_REGIONS) must not name this registry's own region \""
                    + regions.name + "\"");
        }
        if (regions.omitted.stream().anyMatch(NEEDED::contains)) {
            settings.refuse("registry.region.omit must not name any of " + String.join(", ", NEEDED) + ", but is \""
                    + String.join(",", regions.omitted) + "\"");
        }
        return regions;
    }

    /** Whether our own nodes are published to others. */
    public boolean exports() {
        return !name.isEmpty();
    }
}
