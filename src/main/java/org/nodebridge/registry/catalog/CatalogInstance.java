// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.util.List;
import java.util.Map;

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
        CheckStatus status,
        boolean probed,
        String consulNode,
        long modifyIndex) {

    /** The key of the meta that names the installation of the registry which wrote an entry. */
    public static final String INSTALLATION = "registry-installation";

    public CatalogInstance {
        tags = List.copyOf(tags);
        meta = Map.copyOf(meta);
    }

    /** The node that the entry is of. */
    public String nodeId() {
        return ServiceId.nodeId(serviceId);
    }

    /** The installation that wrote the entry; {@code null} where it does not say. */
    public String installation() {
        return meta.get(INSTALLATION);
    }

    /** Whether the entry has another service id than its node's, as the registry gave it before ids were told apart. */
    public boolean misplaced() {
        return !ServiceId.of(nodeId()).equals(serviceId);
    }

    /** Whether discovery shows exactly this entry; the check's status is not compared. */
    public boolean shows(ServiceEntry entry) {
        return serviceId.equals(entry.id())
                && serviceName.equals(entry.name())
                && tags.equals(entry.tags())
                && meta.equals(entry.meta())
                && address.equals(entry.address())
                && port == entry.port()
                && weights.equals(entry.weights());
    }
}
