// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.nodebridge.registry.catalog.CallableAddress;
import org.nodebridge.registry.discovery.DiscoveredNode;
import org.nodebridge.registry.event.Endpoint;
import org.nodebridge.registry.event.EndpointUrl;
import org.nodebridge.registry.event.EndpointUrl.Parsed;
import org.nodebridge.registry.event.Findings;
import org.nodebridge.registry.mesh.LeftOutNode.Reason;

/**
 * Which services a node is in, and at which host and port, by what its endpoints say. They are read from JSON once, and
 * not each time that some node changes. For one thread at a time.
 */
final class NodeTargets {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Parsed NO_TEXT = new Parsed(null, "the value is not a text");

    /**
     * A service that a node is in, or would be.
     *
     * @param host {@code null} where the node names none
     * @param port 0 where it names none
     * @param refusal why no caller can be sent there; {@code null} where one can, as far as the endpoint says
     * @param detail more on that, such as the host; may be {@code null}
     */
    record Target(String service, String host, int port, Reason refusal, String detail) {

        private static Target at(String service, Endpoint endpoint) {
            return new Target(service, endpoint.host(), endpoint.port(),
                    endpoint.isCallable() ? null : Reason.NO_PORT, endpoint.host());
        }

        private static Target refused(String service, Reason refusal, String detail) {
            return new Target(service, null, 0, refusal, detail);
        }

        /** Whether there can be a service of that name. */
        boolean isService() {
            return refusal != Reason.BAD_NAME;
        }
    }

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

    /** The first is of the node's type, the others are of its endpoints, also of those that no caller can use. */
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
        targets.add(CallableAddress.of(urls, addressEndpoints)
                .map(main -> Target.at(service, main.endpoint()))
                .orElse(Target.refused(service, Reason.NO_ADDRESS, null)));
        urls.forEach((name, url) -> targets.add(target(service, name, EndpointUrl.parse(url))));
        node.endpointsWithoutUrl().forEach(name -> targets.add(target(service, name, NO_TEXT)));
        return List.copyOf(targets);
    }

    private static Target target(String ofType, String name, Parsed url) {
        if (!NAME.matcher(name).matches()) {
            return Target.refused(ofType + "/" + Findings.shown(name), Reason.BAD_NAME, null);
        }
        String service = ofType + "/" + name;
        return url.endpoint() == null
                ? Target.refused(service, Reason.BAD_URL, url.problem())
                : Target.at(service, url.endpoint());
    }
}
