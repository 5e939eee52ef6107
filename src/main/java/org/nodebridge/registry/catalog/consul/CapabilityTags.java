// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.nodebridge.registry.config.ConsulLayout;

/**
 * The tags that a node's capabilities become. What a node calls them is up to the node, and much software that reads
 * Consul takes some tags for orders; under a prefix that no other software knows they are names and nothing more.
 *
 * @param omitted how many capabilities have no tag
 */
record CapabilityTags(List<String> tags, int omitted) {

    static final String PREFIX = "capability:";

    /** More capabilities than this are not shown as tags. */
    static final int MOST = 64;

    /** A capability with a longer name is no tag: a name that is cut short is a wrong name. */
    static final int LONGEST = 128;

    static CapabilityTags of(JsonNode capabilities, ConsulLayout.CapabilityTags form) {
        if (form == ConsulLayout.CapabilityTags.OFF) {
            return new CapabilityTags(List.of(), 0);
        }
        List<String> names = capabilities.properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !name.isBlank() && ServiceDefinition.isWellFormed(name))
                .sorted()
                .toList();
        boolean prefixed = form == ConsulLayout.CapabilityTags.PREFIXED;
        List<String> tags = names.stream()
                .filter(name -> name.length() <= LONGEST && (prefixed || !name.startsWith("node-type:")))
                .limit(MOST)
                .map(name -> prefixed ? PREFIX + name : name)
                .toList();
        return new CapabilityTags(tags, names.size() - tags.size());
    }
}
