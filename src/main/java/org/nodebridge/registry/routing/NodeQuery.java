// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import jakarta.ws.rs.QueryParam;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.QueryValues;

/** Which nodes can be asked for. A method throws when a parameter it reads is not valid. */
public class NodeQuery {

    @QueryParam("node_type")
    @Parameter(description = "Any of these, with commas between: " + NodeType.NAMES)
    String nodeType;

    @QueryParam("capability")
    @Parameter(description = "The name of a capability that the node must have; may be repeated, and all must be there")
    List<String> capability = List.of();

    @QueryParam("metadata")
    @Parameter(description = "A top-level key of the metadata and its value, key=value; may be repeated, and all must"
            + " be so. What is no text is compared as JSON writes it")
    List<String> metadata = List.of();

    @QueryParam("version")
    @Parameter(description = "A range of versions as npm writes it, such as ^1.4")
    String version;

    @QueryParam("region")
    @Parameter(description = "Any of these, with commas between")
    String region;

    /** @throws InvalidInputException naming every parameter that is not valid */
    final void check() {
        InvalidInputException.unlessAllPass(checks().toArray(Runnable[]::new));
    }

    /** Each reads a parameter. */
    Stream<Runnable> checks() {
        return Stream.of(this::types, this::capabilities, this::entries, this::range, this::regions);
    }

    NodeFilter filter() {
        return new NodeFilter(types(), regions(), capabilities(), entries(), range());
    }

    private Set<String> types() {
        return QueryValues.anyOf("node_type", nodeType, NodeType.values(), NodeType::wireName).stream()
                .map(NodeType::wireName)
                .collect(Collectors.toUnmodifiableSet());
    }

    private Set<String> regions() {
        return Set.copyOf(QueryValues.list("region", region));
    }

    private Set<String> capabilities() {
        return Set.copyOf(QueryValues.each("capability", capability));
    }

    private Set<String> entries() {
        QueryValues.entries("metadata", metadata);
        return Set.copyOf(metadata);
    }

    private String range() {
        if (version != null && VersionRange.parse(version).isEmpty()) {
            throw new InvalidInputException("version", VersionRange.RULE);
        }
        return version;
    }
}
