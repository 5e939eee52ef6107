// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One of our entries as Consul has it.
 *
 * @param serviceId the service's id; {@link #nodeId()} tells whose it is
 * @param serviceName such as {@code onex-effect}
 * @param tags in Consul's order
 * @param meta the service's meta; has our owner mark
 * @param address the service's own address; empty for none
 * @param port 0 for none
 * @param weights how much of the service's calls it is to get
 * @param proxied what the entry is a proxy of; {@code null} where it is no proxy
 * @param status what the node's check says; {@code null} when the check is missing
 * @param probed whether the check has a URL that Consul, or consul-esm, is to probe
 * @param consulNode the Consul node that the service stands under; empty for that of the agent we talk to
 * @param modifyIndex counts up whenever the entry changes; 0 where Consul does not tell
 */
public record CatalogInstance(
        String serviceId,
        String serviceName,
        List<String> tags,
        Map<String, String> meta,
        String address,
        int port,
        ServiceWeights weights,
        ProxyTarget proxied,
        CheckStatus status,
        boolean probed,
        String consulNode,
        long modifyIndex) {

    /** The key of the meta that names the installation of the registry which wrote an entry. */
    public static final String INSTALLATION = "registry-installation";

    /** The key of the meta that names the node, of an entry whose id is not the node's. */
    public static final String NODE_ID = "node-id";

    public CatalogInstance {
        tags = List.copyOf(tags);
        meta = Map.copyOf(meta);
    }

    /** A node's own entry. */
    public CatalogInstance(
            String serviceId, String serviceName, List<String> tags, Map<String, String> meta, String address, int port,
            ServiceWeights weights, CheckStatus status, boolean probed, String consulNode, long modifyIndex) {
        this(serviceId, serviceName, tags, meta, address, port, weights, null, status, probed, consulNode, modifyIndex);
    }

    /** The node that the entry is of, or whose proxy it is of. */
    public String nodeId() {
        return ServiceId.nodeId(sidecar() ? ServiceId.beforeSidecar(serviceId) : serviceId);
    }

    /**
     * Whether it is the entry of a node's sidecar proxy, also where something has taken away what makes it one. A
     * node's own entry may have such an id where a version before has written it: no node has now.
     */
    public boolean sidecar() {
        return ServiceId.isSidecar(serviceId) && (proxied != null || meta.containsKey(NODE_ID));
    }

    /** The installation that wrote the entry; {@code null} where it does not say. */
    public String installation() {
        return meta.get(INSTALLATION);
    }

    /**
     * Whether the entry has another service id than its node's, as the registry gave it before it kept ids distinct.
     */
    public boolean misplaced() {
        String nodeId = nodeId();
        return !(sidecar() ? ServiceId.ofSidecar(nodeId) : ServiceId.of(nodeId)).equals(serviceId);
    }

    /** Whether discovery shows exactly this entry; the check's status is not compared. */
    public boolean shows(ServiceEntry entry) {
        return serviceId.equals(entry.id())
                && serviceName.equals(entry.name())
                && tags.equals(entry.tags())
                && meta.equals(entry.meta())
                && address.equals(entry.address())
                && port == entry.port()
                && weights.equals(entry.weights())
                && Objects.equals(proxied, entry.proxied());
    }
}
