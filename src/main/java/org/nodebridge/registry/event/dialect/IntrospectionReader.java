// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.event.DescriptionSize;
import org.nodebridge.registry.event.EndpointUrl;
import org.nodebridge.registry.event.Fields;
import org.nodebridge.registry.event.NodeDescription;
import org.nodebridge.registry.event.NodeEvent;

/** Reads the payload of an introspection that is no departure. */
final class IntrospectionReader {

    /** As long as the column {@code health_endpoint}. */
    static final int LONGEST_HEALTH_ENDPOINT = 500;

    static final int LONGEST_ENDPOINT = 2048;

    /** The endpoints that callers are sent to; others, such as a bucket, may be no address. */
    private static final Set<String> ADDRESSES = Set.of("health", "api");

    private IntrospectionReader() {}

    public static NodeEvent read(Envelope envelope) {
        Fields payload = envelope.payload();
        readAround(envelope);
        NodeIdentity identity = NodeIdentity.read(payload, envelope.dialect(), true);
        Long epoch = NodeIdentity.epoch(payload, envelope.dialect());
        Fields metadata = payload.object("metadata");
        NodeDescription node = new NodeDescription(
                identity.nodeId(),
                identity.type(),
                payload.label("node_role"),
                capabilities(envelope),
                endpoints(payload),
                metadata == null ? JsonNodeFactory.instance.objectNode() : metadata.node(),
                first(payload.version("node_version"), metadata, "version"),
                first(envelope.headerLabel("environment"), metadata, "environment"),
                first(envelope.headerLabel("region"), metadata, "region"),
                payload.label("network_id"),
                payload.label("deployment_id"));
        if (!envelope.findings().broken()) {
            checkSize(envelope, node.capabilities()); // of what is broken already nothing is kept
        }
        if (envelope.findings().broken()) {
            return envelope.unreadable();
        }
        return new NodeEvent.Introduced(
                node,
                envelope.version(epoch),
                envelope.receivedAt(),
                envelope.correlationId(),
                envelope.findings().leniencies());
    }

    private static void checkSize(Envelope envelope, JsonNode capabilities) {
        DescriptionSize size = new DescriptionSize(envelope.payload(), envelope.findings());
        List<String> names = envelope.dialect().capabilityFields();
        names.forEach(size::capabilities);
        if (names.size() > 1 && !envelope.findings().broken()) {
            names.stream().filter(envelope.payload()::has).findFirst()
                    .ifPresent(name -> size.capabilitiesTogether(name, capabilities));
        }
        size.endpoints("endpoints");
        size.metadata("metadata");
        size.all();
    }

    /** What every introspection says, one that announces a shutdown included. */
    public static void readAround(Envelope envelope) {
        Fields payload = envelope.payload();
        payload.expectOnly(envelope.dialect().introspectionFields());
        envelope.dialect().checkIntrospection(payload);
    }

    private static ObjectNode capabilities(Envelope envelope) {
        Fields payload = envelope.payload();
        ObjectNode merged = JsonNodeFactory.instance.objectNode();
        List<String> names = envelope.dialect().capabilityFields();
        for (String name : names) {
            Fields capabilities = payload.object(name);
            if (capabilities != null) {
                checkNames(capabilities);
                if (names.size() == 1) {
                    return capabilities.node();
                }
                for (Map.Entry<String, JsonNode> capability : capabilities.node().properties()) {
                    merged.putIfAbsent(capability.getKey(), capability.getValue());
                }
            }
        }
        return merged;
    }

    /** People look for nodes by these names, and they become tags and meta in Consul. */
    private static void checkNames(Fields members) {
        members.node().fieldNames().forEachRemaining(name -> {
            String problem = Characters.problem(name);
            if (problem != null) {
                members.error(name, "has a name that " + problem);
            }
        });
    }

    private static Map<String, String> endpoints(Fields payload) {
        Fields endpoints = payload.object("endpoints");
        if (endpoints == null) {
            return Map.of();
        }
        checkNames(endpoints);
        Map<String, String> urls = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> endpoint : endpoints.node().properties()) {
            String name = endpoint.getKey();
            String url = endpoint.getValue().textValue();
            String problem = url == null ? "must be a string" : problem(name, url);
            if (problem != null) {
                endpoints.error(name, problem);
            } else {
                urls.put(name, url);
            }
        }
        return Collections.unmodifiableMap(urls);
    }

    private static String problem(String name, String url) {
        int most = name.equals("health") ? LONGEST_HEALTH_ENDPOINT : LONGEST_ENDPOINT;
        if (DescriptionSize.longer(url, most)) {
            return "is longer than " + most + " characters";
        }
        EndpointUrl.Parsed parsed = EndpointUrl.parse(url);
        boolean portMissing = parsed.endpoint() != null && !parsed.endpoint().isCallable()
                && ADDRESSES.contains(name);
        return portMissing ? "must name a port, as its scheme has none of its own" : EndpointUrl.problem(parsed, url);
    }

    private static String first(String said, Fields metadata, String name) {
        return said != null || metadata == null ? said : metadata.labelIfAny(name);
    }
}
