// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nodebridge.registry.event.Endpoint;
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
     * @throws CatalogRefusedException when the node's id is no text that Consul could give back
     */
    public static ServiceEntry of(CatalogChange.Register change, String prefix, String registryId) {
        NodeDescription node = change.node();
        if (!isWellFormed(node.nodeId())) {
            throw CatalogRefusedException.ofAll(
                    "the node id has half a surrogate pair in it", List.of(node.nodeId()));
        }
        List<String> capabilities = node.capabilities().properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> !name.isBlank() && isWellFormed(name))
                .sorted()
                .toList();
        List<String> shown = capabilities.stream()
                .filter(name -> name.length() <= LONGEST_TAG)
                .limit(MOST_CAPABILITIES)
                .toList();
        Optional<Endpoint> place = place(node);
        return new ServiceEntry(
                prefix + node.type().wireName(),
                node.nodeId(),
                Stream.concat(Stream.of("onex", "node-type:" + node.type().wireName()), shown.stream())
                        .distinct()
                        .toList(),
                ServiceMeta.of(change, registryId, capabilities.size() - shown.size()),
                place.map(Endpoint::host).orElse(""),
                place.map(Endpoint::port).orElse(0),
                Endpoint.parse(node.healthEndpoint())
                        .filter(Endpoint::isHttp)
                        .map(Endpoint::bare)
                        .orElse(null));
    }

    /** The id of the check that belongs to a node's service. */
    static String checkId(String nodeId) {
        return "service:" + nodeId;
    }

    /** Half a surrogate pair becomes another character in Consul, and the entry one that we would not know again. */
    static boolean isWellFormed(String text) {
        return text.chars().noneMatch(c -> Character.isSurrogate((char) c))
                || StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    private static Optional<Endpoint> place(NodeDescription node) {
        Stream<Endpoint> named = Stream.of("health", "api")
                .map(node.endpoints()::get)
                .filter(Objects::nonNull)
                .flatMap(url -> Endpoint.parse(url).stream())
                .filter(Endpoint::isCallable);
        // by name, as PostgreSQL does not keep the order in which they were sent
        Stream<Endpoint> others = new TreeMap<>(node.endpoints())
                .values().stream()
                .flatMap(url -> Endpoint.parse(url).stream())
                .filter(Endpoint::isHttp);
        return Stream.concat(named, others).findFirst();
    }
}
