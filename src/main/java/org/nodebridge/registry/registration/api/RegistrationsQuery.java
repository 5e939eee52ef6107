// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import jakarta.ws.rs.QueryParam;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.QueryValues;
import org.nodebridge.registry.http.page.PageLimit;
import org.nodebridge.registry.store.RegistrationFilter;
import org.nodebridge.registry.store.RegistrationOrder;
import org.nodebridge.registry.store.RegistrationStatus;

/** What the list of registrations can be asked for. A method throws when a parameter it reads is not valid. */
public class RegistrationsQuery {

    private static final String[] HEALTH = {"passing", "warning", "critical"};

    @QueryParam("node_id")
    @Parameter(description = "The id of one node, exactly")
    String nodeId;

    @QueryParam("node_type")
    @Parameter(description = "Any of these, with commas between: " + NodeType.NAMES)
    String nodeType;

    @QueryParam("status")
    @Parameter(description = "Any of these, with commas between: active, suspect, draining, expired, departed. Without"
            + " it the first three; rows of nodes that have gone are kept for registry.tombstone.retention")
    String status;

    @QueryParam("health")
    @Parameter(description = "Any of these, with commas between: passing, warning, critical")
    String health;

    @QueryParam("region")
    @Parameter(description = "Any of these, with commas between")
    String region;

    @QueryParam("capability")
    @Parameter(description = "The name of a capability that the node must have; may be repeated, and all must be there")
    List<String> capability = List.of();

    @QueryParam("metadata")
    @Parameter(description = "A top-level key of the metadata and its value, key=value; may be repeated, and all must"
            + " be so. What is no text is compared as JSON writes it")
    List<String> metadata = List.of();

    @QueryParam("stale")
    @Parameter(description = "true for nodes whose lease has ended, false for the others")
    String stale;

    @QueryParam("cordoned")
    @Parameter(description = "true for nodes that an operator has cordoned, false for the others")
    String cordoned;

    @QueryParam("q")
    @Parameter(description = "Stands, in any case, in the node's id, type, role, region or environment or in the name"
            + " of a capability")
    String text;

    @QueryParam("scope")
    @Parameter(description = QueryValues.SCOPE)
    String scope;

    @QueryParam("sort")
    @Parameter(description = "node_id (the default), node_type, status (active, suspect, draining, expired,"
            + " departed), health (passing, warning, critical), updated_at, registered_at or last_heartbeat; with a"
            + " minus before it for descending")
    String sort;

    @QueryParam("limit")
    @Parameter(description = "How many at most, 1 to 1000; 100 by default")
    String limit;

    @QueryParam("cursor")
    @Parameter(description = "The next_cursor of the page before, to be asked with the same sort and filters")
    String cursor;

    @QueryParam("fields")
    @Parameter(description = "Only these members of each registration, with commas between")
    String fields;

    @QueryParam("count")
    @Parameter(description = "true for the number that fit on all pages together")
    String count;

    /** @throws InvalidInputException naming every parameter that is not valid */
    public void check() {
        InvalidInputException.unlessAllPass(
                this::nodeId, this::types, this::statuses, this::healths, this::regions, this::capabilities,
                this::metadata,
                this::stale, this::cordoned, this::text, this::allRegions, this::order, this::size, this::fields,
                this::counts);
        after(); // which is of the filters and the order
    }

    public RegistrationFilter filter() {
        return new RegistrationFilter(
                nodeId(), types(), statuses(), healths(), regions(), capabilities(), metadata(), stale(), cordoned(),
                text());
    }

    private String nodeId() {
        // there may be one with the empty id
        return nodeId == null || nodeId.isEmpty() ? nodeId : QueryValues.one("node_id", nodeId);
    }

    private Set<NodeType> types() {
        return QueryValues.anyOf("node_type", nodeType, NodeType.values(), NodeType::wireName);
    }

    private Set<RegistrationStatus> statuses() {
        return QueryValues.anyOf("status", status, RegistrationStatus.values(), RegistrationStatus::wireName);
    }

    private Set<String> healths() {
        return QueryValues.anyOf("health", health, HEALTH, name -> name);
    }

    private Set<String> regions() {
        return Set.copyOf(QueryValues.list("region", region));
    }

    private List<String> capabilities() {
        return QueryValues.each("capability", capability);
    }

    private List<Map.Entry<String, String>> metadata() {
        return QueryValues.entries("metadata", metadata);
    }

    private Boolean stale() {
        return stale == null ? null : QueryValues.flag("stale", stale);
    }

    private Boolean cordoned() {
        return cordoned == null ? null : QueryValues.flag("cordoned", cordoned);
    }

    private String text() {
        return text == null ? null : QueryValues.one("q", text);
    }

    /** Whether nodes of other regions are asked for too. */
    public boolean allRegions() {
        return QueryValues.allRegions(scope);
    }

    public RegistrationOrder order() {
        return sort == null
                ? RegistrationOrder.BY_NODE_ID
                : RegistrationOrder.ofWireName(sort).orElseThrow(() -> new InvalidInputException(
                        "sort", "must be one of "
                                + Stream.of(RegistrationOrder.Key.values())
                                        .map(RegistrationOrder.Key::wireName)
                                        .collect(Collectors.joining(", "))
                                + ", with or without a - before it"));
    }

    public int size() {
        return PageLimit.of(limit == null ? "100" : limit);
    }

    /** Where the page begins; {@code null} for the beginning. */
    public RegistrationOrder.Place after() {
        return cursor == null ? null : RegistrationsCursor.decode(cursor, order(), allRegions(), filters());
    }

    public String nextCursor(RegistrationOrder.Place last) {
        return RegistrationsCursor.encode(last, order(), allRegions(), filters());
    }

    public FieldSelection fields() {
        return fields == null ? FieldSelection.ALL : FieldSelection.of(QueryValues.list("fields", fields));
    }

    public boolean counts() {
        return count != null && QueryValues.flag("count", count);
    }

    /** The filters as they are asked for, regardless of the order of their values. */
    private List<String> filters() {
        List<String> filters = new ArrayList<>();
        QueryValues.list("node_type", nodeType).forEach(each -> filters.add("node_type=" + each));
        QueryValues.list("status", status).forEach(each -> filters.add("status=" + each));
        QueryValues.list("health", health).forEach(each -> filters.add("health=" + each));
        QueryValues.list("region", region).forEach(each -> filters.add("region=" + each));
        capability.forEach(each -> filters.add("capability=" + each));
        metadata.forEach(each -> filters.add("metadata=" + each));
        filters.add("stale=" + stale);
        filters.add("q=" + text);
        if (cordoned != null) {
            filters.add("cordoned=" + cordoned);
        }
        if (nodeId != null) {
            filters.add("node_id=" + nodeId);
        }
        return filters.stream().distinct().sorted().toList();
    }
}
