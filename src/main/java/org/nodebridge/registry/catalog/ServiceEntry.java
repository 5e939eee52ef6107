// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.nodebridge.registry.config.ConsulLayout;
import org.nodebridge.registry.event.Endpoint;
import org.nodebridge.registry.event.NodeDescription;

/**
 * A node as Consul is to show it. The same registration always gives an equal entry.
 *
 * @param name the service's name: the prefix and the node type
 * @param id the service's id: the node's, or one that is made from it, see {@link ServiceId}
 * @param tags {@code onex}, {@code node-type:<type>}, then the node's capabilities in the order of their names
 * @param meta within Consul's limits
 * @param address host name or IP address without brackets; empty when no endpoint gives one
 * @param port 0 when none is known
 * @param healthUrl where Consul can probe the node over http or https, without credentials; {@code null} for nowhere
 */
public record ServiceEntry(
        String name, String id, List<String> tags, Map<String, String> meta, String address, int port,
        String healthUrl) {

    public ServiceEntry {
        tags = List.copyOf(tags);
        meta = Map.copyOf(meta);
    }

    /**
     * The entry of a registration.
     *
     * @param registryId the owner mark
     * @throws CatalogRefusedException naming the node, when its id is no text that Consul could give back, or nothing
     *     can be made of it
     */
    public static ServiceEntry of(CatalogChange.Register change, ConsulLayout layout, String registryId) {
        NodeDescription node = change.node();
        if (!isWellFormed(node.nodeId())) {
            throw refused(node, "the node id has half a surrogate pair in it");
        }
        if (node.nodeId().isEmpty()) {
            throw refused(node, "the node id is empty"); // Consul would take the service's name for it
        }
        try {
            return of(change, node, layout, registryId);
        } catch (RuntimeException e) {
            throw refused(node, "no entry can be made of the node: " + e);
        }
    }

    /** Of this node alone: the others of its transaction are not to wait for somebody to mend it. */
    private static CatalogRefusedException refused(NodeDescription node, String reason) {
        return new CatalogRefusedException(reason, Map.of(node.nodeId(), reason));
    }

    private static ServiceEntry of(
            CatalogChange.Register change, NodeDescription node, ConsulLayout layout, String registryId) {
        CapabilityTags capabilities = CapabilityTags.of(node.capabilities(), layout.capabilityTags());
        CallableAddress place = CallableAddress.of(node.endpoints(), layout.addressEndpoints()).orElse(null);
        return new ServiceEntry(
                layout.servicePrefix() + node.type().wireName(),
                ServiceId.of(node.nodeId()),
                Stream.concat(
                        Stream.of("onex", "node-type:" + node.type().wireName()), capabilities.tags().stream())
                        .distinct()
                        .toList(),
                ServiceMeta.of(change, registryId, capabilities.omitted(), place),
                place == null ? "" : place.endpoint().host(),
                place == null ? 0 : place.endpoint().port(),
                Endpoint.parse(node.healthEndpoint())
                        .filter(Endpoint::isHttp)
                        .map(Endpoint::bare)
                        .orElse(null));
    }

    /** Whether a caller that finds the entry has an address and a port to call. */
    public boolean callable() {
        return !address.isEmpty() && port > 0;
    }

    /**
     * What the entry's check is to say of a node: one that cannot be called is critical, because a caller that finds it
     * passing would take the address of Consul's node instead.
     *
     * @param judged what the registry judges of the node's health
     */
    public CheckStatus check(CheckStatus judged) {
        return callable() ? judged : CheckStatus.CRITICAL;
    }

    /** What the check says for a person. */
    String checkOutput(CheckStatus judged, String registryId) {
        return callable()
                ? "registry " + registryId + " says " + judged.wireName()
                : "registry " + registryId + " says critical: no endpoint of the node has a callable address";
    }

    /** The id of the check that belongs to a service. */
    static String checkId(String serviceId) {
        return "service:" + serviceId;
    }

    /** Half a surrogate pair becomes another character in Consul, and the entry one that we would not know again. */
    static boolean isWellFormed(String text) {
        return text.chars().noneMatch(c -> Character.isSurrogate((char) c))
                || StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
