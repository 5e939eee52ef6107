// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * What a node says about itself in an introspection, the same for all dialects.
 *
 * @param nodeId the node's id, 1 to 255 characters of free text
 * @param type one of the four node types
 * @param role the node's role, or {@code null}
 * @param capabilities capability name to any JSON that the node gives; never {@code null}; not to be modified
 * @param endpoints endpoint name to absolute URL, in the order sent; never {@code null}
 * @param metadata free-form; never {@code null}; not to be modified
 * @param nodeVersion the node's own version, or {@code null}
 * @param environment such as {@code production}, or {@code null}
 * @param region such as {@code us-west-2}, or {@code null}
 * @param networkId the network the node is in, or {@code null}
 * @param deploymentId the deployment the node belongs to, or {@code null}
 */
public record NodeDescription(
        String nodeId,
        NodeType type,
        String role,
        ObjectNode capabilities,
        Map<String, String> endpoints,
        ObjectNode metadata,
        String nodeVersion,
        String environment,
        String region,
        String networkId,
        String deploymentId) {

    /** The entry of the metadata that names the port of the node's own mesh proxy. */
    public static final String MESH_PROXY_PORT = "mesh_proxy_port";

    /** The URL at which the node can be asked for its health, or {@code null} when it names none. */
    public String healthEndpoint() {
        return endpoints.get("health");
    }

    /** How many bytes of heap it holds, roughly: its JSON as a tree, and all else as text. */
    public long bytes() {
        long bytes = TreeSize.of(capabilities) + TreeSize.of(metadata);
        for (Map.Entry<String, String> endpoint : endpoints.entrySet()) {
            bytes += TreeSize.NODE + endpoint.getKey().length() + endpoint.getValue().length();
        }
        return bytes;
    }
}
