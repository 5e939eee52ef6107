// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/**
 * The node that a request is about: by the path, or by a query parameter behind {@code -} in its place. A path cannot
 * carry every id: clients fold {@code .} and {@code ..}, containers refuse control characters, and some names of the
 * interface stand where an id would.
 */
public class NodeIdParameter {

    private static final String BY_QUERY = "-";
    private static final Set<String> ELSEWHERE = Set.of(".", "..", "watch");

    @PathParam("node_id")
    @Parameter(description = "The node's id, or - where the parameter node_id has it")
    String path;

    @QueryParam("node_id")
    @Parameter(description = "The node's id, of any characters; the path then has - in its place")
    String query;

    /** Whether clients and containers leave the id as it is where it stands in a path, and it means nothing else. */
    public static boolean fitsPath(String nodeId) {
        return !ELSEWHERE.contains(nodeId) && nodeId.chars().noneMatch(Character::isISOControl);
    }

    /** What a request is about that names its node by the query alone. */
    public static NodeIdParameter named(String query) {
        NodeIdParameter parameter = new NodeIdParameter();
        parameter.query = query;
        return parameter;
    }

    /**
     * The id; the empty one where the query names it, as the original table permits it.
     *
     * @throws InvalidInputException when neither names a node, or both do
     */
    public String value() {
        if (query == null && path == null) {
            throw new InvalidInputException("node_id", "must say which node");
        }
        if (query == null) {
            return path;
        }
        if (path != null && !BY_QUERY.equals(path)) {
            throw new InvalidInputException("node_id", "may be given only where the path has - in place of the id");
        }
        return query;
    }
}
