// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.nodebridge.registry.catalog.CallableAddress;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.event.Endpoint;

/**
 * Which services a node is in, and at which host and port, by what its endpoints say. They are read from JSON once, and
 * not each time that some node changes. For one thread at a time.
 */
final class NodeTargets {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /**
     * A service that a node is in.
     *
     * @param host {@code null} where the node names none
     * @param port 0 where it names none
     */
    record Target(String service, String host, int port) {}

    private record Read(String endpoints, String nodeType, List<Target> targets) {}

    private final String prefix;
    private final List<String> addressEndpoints;
    private Map<String, Read> last = new HashMap<>();
    private Map<String, Read> next = new HashMap<>();

    /**
     * @param prefix what precedes the node type in a service's name
     * @param addressEndpoints names of the endpoints that provide the address of the service itself, the best first
     */
    NodeTargets(String prefix, List<String> addressEndpoints) {
        this.prefix = prefix;
        this.addressEndpoints = addressEndpoints;
    }

    /** The first is of the node's type, the others are of its endpoints. */
    List<Target> of(DiscoveredNode node) {
        Read read = last.get(node.nodeId());
        if (read == null || !read.nodeType.equals(node.nodeType())
                || !String.valueOf(read.endpoints).equals(String.valueOf(node.endpoints()))) {
            read = new Read(node.endpoints(), node.nodeType(), read(node));
        }
        next.put(node.nodeId(), read);
        return read.targets;
    }

    /** All nodes have been gone through: what is kept of others is forgotten. */
    void forgetOthers() {
        last = next;
        next = new HashMap<>();
    }

    private List<Target> read(DiscoveredNode node) {
        String service = prefix + node.nodeType();
        Map<String, String> urls = new TreeMap<>(node.endpointUrls());
        List<Target> targets = new ArrayList<>();
        Optional<Endpoint> main = CallableAddress.of(urls, addressEndpoints).map(CallableAddress::endpoint);
        targets.add(main.map(endpoint -> new Target(service, endpoint.host(), endpoint.port()))
                .orElse(new Target(service, null, 0)));
        urls.forEach((name, url) -> {
            if (NAME.matcher(name).matches()) {
                Endpoint.parse(url).ifPresent(
                        endpoint -> targets.add(new Target(service + "/" + name, endpoint.host(), endpoint.port())));
            }
        });
        return List.copyOf(targets);
    }
}
