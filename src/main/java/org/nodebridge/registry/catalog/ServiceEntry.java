// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.List;
import java.util.Map;

/**
 * A node as the catalog is to show it. The same registration always gives an equal entry.
 *
 * @param name the service's name: the prefix and the node type
 * @param id the service's id: the node's, or one that is made from it, see {@link ServiceId}
 * @param tags {@code onex}, {@code node-type:<type>}, then the node's capabilities in the order of their names
 * @param meta within the catalog's limits
 * @param address host name or IP address without brackets; empty when no endpoint gives one
 * @param port 0 when none is known
 * @param weights how much of the service's calls it is to get
 * @param healthUrl where the catalog can probe the node over http or https, without credentials; {@code null} for
 *     nowhere
 * @param proxied what the entry is a proxy of; {@code null} for a node's own entry
 */
public record ServiceEntry(
        String name, String id, List<String> tags, Map<String, String> meta, String address, int port,
        ServiceWeights weights, String healthUrl, ProxyTarget proxied) {

    /** A node's own entry. */
    public ServiceEntry(
            String name, String id, List<String> tags, Map<String, String> meta, String address, int port,
            ServiceWeights weights, String healthUrl) {
        this(name, id, tags, meta, address, port, weights, healthUrl, null);
    }

    public ServiceEntry {
        tags = List.copyOf(tags);
        meta = Map.copyOf(meta);
    }

    /** Whether a caller that finds the entry has an address and a port to call. */
    public boolean callable() {
        return !address.isEmpty() && port > 0;
    }

    /**
     * What the entry's check is to say of a node: one that cannot be called is critical, because a caller that finds it
     * passing might take the catalog's own address instead.
     *
     * @param judged what the registry judges of the node's health
     */
    public CheckStatus check(CheckStatus judged) {
        return callable() ? judged : CheckStatus.CRITICAL;
    }
}
