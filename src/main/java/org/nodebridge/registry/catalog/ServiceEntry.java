package org.nodebridge.registry.catalog;

import java.util.List;
import java.util.Map;

/**
 * A node as Consul is to show it.
 *
 * @param name the service's name: the prefix and the node type
 * @param id the node's id
 * @param tags {@code onex}, {@code node-type:<type>}, then the names of the node's capabilities in order
 * @param meta within Consul's limits
 * @param address host name or IP address without brackets; empty when no endpoint gives one
 * @param port 0 when none is known
 * @param healthUrl where Consul can probe the node over http or https, without credentials; {@code null} for nowhere
 */
public record ServiceEntry(
        String name,
        String id,
        List<String> tags,
        Map<String, String> meta,
        String address,
        int port,
        String healthUrl) {

    public ServiceEntry {
        tags = List.copyOf(tags);
        meta = Map.copyOf(meta);
    }
}
