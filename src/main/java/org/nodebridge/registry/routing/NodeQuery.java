// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.routing;

import jakarta.ws.rs.QueryParam;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.http.InvalidInputException;

/** Which nodes can be asked for. A method throws when a parameter it reads is not valid. */
public class NodeQuery {

    private static final int MAX_VALUES = 50;
    private static final int MAX_LENGTH = 1024;

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
        Set<String> types = texts("node_type", nodeType);
        if (!types.stream().allMatch(type -> NodeType.ofWireName(type).isPresent())) {
            throw new InvalidInputException(
                    "node_type", "must be of " + Stream.of(NodeType.values()).map(NodeType::wireName).toList());
        }
        return types;
    }

    private Set<String> regions() {
        return texts("region", region);
    }

    private Set<String> capabilities() {
        return checked("capability", capability);
    }

    private Set<String> entries() {
        if (!metadata.stream().allMatch(entry -> entry.indexOf('=') > 0)) {
            throw new InvalidInputException("metadata", "must be key=value");
        }
        return checked("metadata", metadata);
    }

    private String range() {
        if (version != null && VersionRange.parse(version).isEmpty()) {
            throw new InvalidInputException("version", VersionRange.RULE);
        }
        return version;
    }

    private static Set<String> texts(String parameter, String list) {
        return list == null ? Set.of() : checked(parameter, Arrays.asList(list.split(",", -1)));
    }

    private static Set<String> checked(String parameter, List<String> values) {
        if (values.size() > MAX_VALUES) {
            throw new InvalidInputException(parameter, "may have " + MAX_VALUES + " values at most");
        }
        return values.stream().map(value -> checked(parameter, value)).collect(Collectors.toUnmodifiableSet());
    }

    static String checked(String parameter, String value) {
        if (value.isEmpty() || value.length() > MAX_LENGTH || !Storable.text(value)) {
            throw new InvalidInputException(
                    parameter, "must have values of 1 to " + MAX_LENGTH + " characters, without U+0000");
        }
        return value;
    }
}
