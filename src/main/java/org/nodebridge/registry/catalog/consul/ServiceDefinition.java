// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.nodebridge.registry.catalog.CallableAddress;
import org.nodebridge.registry.catalog.CatalogChange;
import org.nodebridge.registry.catalog.CatalogRefusedException;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.catalog.ProxyTarget;
import org.nodebridge.registry.catalog.ServiceEntry;
import org.nodebridge.registry.catalog.ServiceId;
import org.nodebridge.registry.catalog.SidecarPort;
import org.nodebridge.registry.config.ConsulLayout;
import org.nodebridge.registry.event.Endpoint;
import org.nodebridge.registry.event.NodeDescription;

/** How a registration becomes an entry of Consul, within Consul's limits. */
final class ServiceDefinition {

    private ServiceDefinition() {}

    /**
     * The entry of a registration.
     *
     * @param owner the owner mark
     * @throws CatalogRefusedException naming the node, when its id is no text that Consul could give back, or nothing
     *     can be made of it
     */
    static ServiceEntry of(CatalogChange.Register change, ConsulLayout layout, OwnerMark owner) {
        NodeDescription node = change.node();
        if (!isWellFormed(node.nodeId())) {
            throw refused(node, "the node id has half a surrogate pair in it");
        }
        if (node.nodeId().isEmpty()) {
            throw refused(node, "the node id is empty"); // Consul would take the service's name for it
        }
        try {
            return of(change, node, layout, owner);
        } catch (RuntimeException e) {
            throw refused(node, "no entry can be made of the node: " + e);
        }
    }

    /** Of this node alone: the others of its transaction must not wait until it is fixed. */
    private static CatalogRefusedException refused(NodeDescription node, String reason) {
        return new CatalogRefusedException(reason, Map.of(node.nodeId(), reason));
    }

    private static ServiceEntry of(
            CatalogChange.Register change, NodeDescription node, ConsulLayout layout, OwnerMark owner) {
        CapabilityTags capabilities = CapabilityTags.of(node.capabilities(), layout.capabilityTags());
        CallableAddress place = CallableAddress.of(node.endpoints(), layout.addressEndpoints()).orElse(null);
        return new ServiceEntry(
                layout.servicePrefix() + node.type().wireName(),
                ServiceId.of(node.nodeId()),
                Stream.concat(
                        Stream.of("onex", "node-type:" + node.type().wireName()), capabilities.tags().stream())
                        .distinct()
                        .toList(),
                ServiceMeta.of(change, owner, capabilities.omitted(), place),
                place == null ? "" : place.endpoint().host(),
                place == null ? 0 : place.endpoint().port(),
                change.weights(),
                change.cordon() != null
                        ? null
                        : Endpoint.parse(node.healthEndpoint())
                                .filter(Endpoint::isHttp)
                                .map(Endpoint::bare)
                                .orElse(null));
    }

    /**
     * The entry of the node's sidecar proxy; empty where the node has none. It says what the node's own says, but is a
     * service of its own, and has no tags: who looks for nodes by a tag does not want their proxies.
     *
     * @param entry of the node itself
     */
    static Optional<ServiceEntry> sidecar(CatalogChange.Register change, ServiceEntry entry, ConsulLayout layout) {
        int port = layout.sidecars() ? SidecarPort.of(change.node(), layout.addressEndpoints()).port() : 0;
        return port == 0
                ? Optional.empty()
                : Optional.of(new ServiceEntry(
                        ServiceId.sidecarName(entry.name()), ServiceId.ofSidecar(change.nodeId()), List.of(),
                        ServiceMeta.ofSidecar(entry.meta(), change.nodeId()), entry.address(), port, entry.weights(),
                        entry.healthUrl(), new ProxyTarget(entry.name(), entry.id())));
    }

    /** What the check says for a person. */
    static String checkOutput(ServiceEntry entry, CatalogChange.Register change, String registryId) {
        if (change.cordon() != null) {
            return cordoned(registryId) + change.cordon();
        }
        String judged = judged(registryId, entry.check(change.check()));
        return entry.callable() ? judged : judged + ": no endpoint of the node has a callable address";
    }

    /** The reason of a cordon in the output of a check of this registry; {@code null} where it says of none. */
    static String cordon(String output, String registryId) {
        String cordoned = cordoned(registryId);
        return output.startsWith(cordoned) ? output.substring(cordoned.length()) : null;
    }

    /** How the output of the check of a cordoned node begins. */
    static String cordoned(String registryId) {
        return judged(registryId, CheckStatus.CRITICAL) + ": cordoned: ";
    }

    private static String judged(String registryId, CheckStatus status) {
        return "registry " + registryId + " says " + status.wireName();
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
