// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a node says about itself in an introspection, and how each store must show it. Texts may be {@code null}. */
record NodeFacts(
        String id,
        String type,
        String role,
        JsonNode capabilities,
        JsonNode endpoints,
        JsonNode metadata,
        String version,
        String environment,
        String region,
        String networkId,
        String deploymentId,
        Long epoch,
        Instant time,
        String eventId,
        String correlationId) {

    private static final String REGISTRY_ID = "registry-main-1";

    /** What a well-formed introspection says, in any of the three envelopes. */
    static NodeFacts saidBy(JsonNode record) {
        JsonNode payload = record.path("payload");
        JsonNode metadata = payload.path("metadata");
        boolean infra = record.has("envelope_id");
        String time = first(record, "event_timestamp", "timestamp", "envelope_timestamp");
        return new NodeFacts(
                payload.path("node_id").textValue(),
                payload.path("node_type").textValue(),
                payload.path("node_role").textValue(),
                payload.path(infra ? "declared_capabilities" : "capabilities"),
                payload.path("endpoints"),
                metadata,
                infra ? semantic(payload.path("node_version")) : metadata.path("version").textValue(),
                firstOf(record.path("environment").textValue(), metadata.path("environment").textValue()),
                firstOf(record.path("region").textValue(), metadata.path("region").textValue()),
                payload.path("network_id").textValue(),
                payload.path("deployment_id").textValue(),
                payload.path("epoch").isNumber() ? payload.path("epoch").longValue() : null,
                instant(time),
                first(record, "event_id", "envelope_id"),
                firstOf(payload.path("correlation_id").textValue(), record.path("correlation_id").textValue()));
    }

    /** The columns of the node's row as this introspection leaves them. */
    Map<String, Object> inPostgres() {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("tool_id", id);
        columns.put("node_type", type);
        columns.put("node_role", role);
        columns.put("capabilities", capabilities);
        columns.put("endpoints", endpoints);
        columns.put("metadata", metadata);
        columns.put("health_endpoint", endpoints.path("health").textValue());
        columns.put("node_version", version);
        columns.put("environment", environment);
        columns.put("region", region);
        columns.put("network_id", networkId);
        columns.put("deployment_id", deploymentId);
        columns.put("correlation_id", correlationId);
        columns.put("epoch", epoch);
        columns.put("event_timestamp", time);
        columns.put("event_id", eventId);
        columns.put("status", "active");
        return columns;
    }

    /** The same columns of a row read from PostgreSQL. */
    Map<String, Object> columnsOf(JsonNode row) {
        Map<String, Object> columns = new LinkedHashMap<>();
        inPostgres().keySet().forEach(name -> columns.put(name, switch (name) {
            case "capabilities", "endpoints", "metadata" -> row.path(name);
            case "epoch" -> row.path(name).isNull() ? null : row.path(name).longValue();
            case "event_timestamp" -> instant(row.path(name).textValue());
            default -> row.path(name).textValue();
        }));
        return columns;
    }

    /** The node's service and check in Consul, where the check passes if the node can be called. */
    Map<String, Object> inConsul() {
        URI place = place();
        List<String> tags = new ArrayList<>(List.of("onex", "node-type:" + type));
        TreeSet<String> names = new TreeSet<>();
        capabilities.fieldNames().forEachRemaining(names::add);
        names.forEach(name -> tags.add("capability:" + name));
        Map<String, String> meta = new TreeMap<>();
        meta.put("registry-id", REGISTRY_ID);
        meta.put("version", version);
        meta.put("environment", environment);
        meta.put("region", region);
        meta.put("node-role", role);
        meta.put("network-id", networkId);
        meta.put("deployment-id", deploymentId);
        meta.put("epoch", epoch == null ? null : epoch.toString());
        meta.put("event-id", eventId);
        meta.put("event-timestamp", time.toString());
        endpoints.properties().stream()
                .filter(named -> !URI.create(named.getValue().textValue()).equals(place))
                .forEach(named -> meta.put("endpoint-" + named.getKey(), origin(named.getValue().textValue())));
        meta.values().removeIf(value -> value == null);
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", id);
        shown.put("name", "onex-" + type);
        shown.put("tags", tags);
        shown.put("meta", meta);
        shown.put("address", place == null ? "" : place.getHost().replaceAll("[\\[\\]]", ""));
        shown.put("port", place == null ? 0 : port(place));
        shown.put("check", place == null ? "critical" : "passing");
        shown.put("checkUrl", probed(endpoints.path("health").textValue()));
        return shown;
    }

    /** The same of a service read from Consul. */
    static Map<String, Object> shownBy(ConsulService service) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", service.nodeId());
        shown.put("name", service.name());
        shown.put("tags", service.tags());
        Map<String, String> meta = new TreeMap<>(service.meta());
        meta.remove("node-id");
        meta.remove("registry-installation"); // of the database, which is another in each run
        shown.put("meta", meta);
        shown.put("address", service.address());
        shown.put("port", service.port());
        shown.put("check", service.status());
        shown.put("checkUrl", service.checkUrl());
        return shown;
    }

    /** A time as JSON has it; one without a zone is UTC. */
    static Instant instant(String text) {
        return text.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }

    /** The URL where others may be sent to probe it; the registries of the tests know no name but this one. */
    private static String probed(String url) {
        String host = url == null ? null : URI.create(url).getHost();
        return host != null && host.matches("localhost|127\\..*|10\\..*|192\\.168\\..*") ? url : null;
    }

    private URI place() {
        String url = firstOf(endpoints.path("api").textValue(), endpoints.path("health").textValue());
        return url == null ? null : URI.create(url);
    }

    private static String origin(String url) {
        URI uri = URI.create(url);
        return uri.getScheme() + "://" + uri.getHost() + ":" + port(uri);
    }

    private static int port(URI place) {
        if (place.getPort() > 0) {
            return place.getPort();
        }
        return place.getScheme().equals("https") ? 443 : 80;
    }

    private static String semantic(JsonNode version) {
        return version.isObject()
                ? version.path("major") + "." + version.path("minor") + "." + version.path("patch")
                : version.textValue();
    }

    private static String first(JsonNode record, String... names) {
        for (String name : names) {
            if (record.path(name).isTextual()) {
                return record.path(name).textValue();
            }
        }
        throw new IllegalArgumentException("none of " + List.of(names) + " in " + record);
    }

    private static String firstOf(String said, String otherwise) {
        return said != null ? said : otherwise;
    }
}
