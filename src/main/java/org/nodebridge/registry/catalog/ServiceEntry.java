package org.nodebridge.registry.catalog;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.nodebridge.registry.event.NodeDescription;

/**
 * A node as Consul is to show it. The same registration always gives an equal entry.
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
        String name, String id, List<String> tags, Map<String, String> meta, String address, int port,
        String healthUrl) {

    /** More capabilities than this are not shown as tags; the meta {@code capabilities-omitted} says how many. */
    static final int MOST_CAPABILITIES = 64;

    /** A capability with a longer name is no tag: a name that is cut short is a wrong name. */
    static final int LONGEST_TAG = 128;

    public ServiceEntry {
        tags = List.copyOf(tags);
        meta = Map.copyOf(meta);
    }

    /**
     * The entry of a registration.
     *
     * @param prefix what precedes the node type in the service's name
     * @param registryId the owner mark
     */
    public static ServiceEntry of(CatalogChange.Register change, String prefix, String registryId) {
        NodeDescription node = change.node();
        List<String> capabilities = node.capabilities().properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !name.isBlank())
                .sorted()
                .toList();
        List<String> shown = capabilities.stream()
                .filter(name -> name.length() <= LONGEST_TAG)
                .limit(MOST_CAPABILITIES)
                .toList();
        Optional<EndpointUrl> place = place(node);
        return new ServiceEntry(
                prefix + node.type().wireName(),
                node.nodeId(),
                Stream.concat(Stream.of("onex", "node-type:" + node.type().wireName()), shown.stream())
                        .distinct()
                        .toList(),
                ServiceMeta.of(change, registryId, capabilities.size() - shown.size()),
                place.map(EndpointUrl::host).orElse(""),
                place.map(EndpointUrl::port).orElse(0),
                EndpointUrl.parse(node.healthEndpoint())
                        .filter(EndpointUrl::isHttp)
                        .map(EndpointUrl::bare)
                        .orElse(null));
    }

    /** The id of the check that belongs to a node's service. */
    static String checkId(String nodeId) {
        return "service:" + nodeId;
    }

    private static Optional<EndpointUrl> place(NodeDescription node) {
        Stream<EndpointUrl> named = Stream.of("health", "api")
                .map(node.endpoints()::get)
                .filter(Objects::nonNull)
                .flatMap(url -> EndpointUrl.parse(url).stream());
        Stream<EndpointUrl> others = node.endpoints().values().stream()
                .flatMap(url -> EndpointUrl.parse(url).stream())
                .filter(EndpointUrl::isHttp);
        return Stream.concat(named, others).findFirst();
    }
}
