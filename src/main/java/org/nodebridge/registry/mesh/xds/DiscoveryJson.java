// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nodebridge.registry.mesh.xds.DiscoveryRequest.Node;

/**
 * Reads a request of REST. Envoy's has a list of all its extensions in it, thousands of members that are passed over
 * and never held; so it is read from the stream, and names that are not known are no error.
 */
final class DiscoveryJson {

    private static final JsonFactory JSON = new JsonFactory();

    private DiscoveryJson() {}

    static DiscoveryRequest read(byte[] body) throws MalformedMessageException {
        try (JsonParser parser = JSON.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedMessageException("is no JSON object");
            }
            DiscoveryRequest request = request(parser);
            if (parser.nextToken() != null) {
                throw new MalformedMessageException("has something behind its JSON object");
            }
            return request;
        } catch (IOException e) {
            throw new MalformedMessageException("is no JSON object");
        }
    }

    private static DiscoveryRequest request(JsonParser parser) throws IOException, MalformedMessageException {
        String version = "";
        Node node = null;
        List<String> names = new ArrayList<>();
        String type = "";
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            parser.nextToken();
            switch (member) {
                case "version_info", "versionInfo" -> version = text(parser, "version_info");
                case "type_url", "typeUrl" -> type = text(parser, "type_url");
                case "resource_names", "resourceNames" -> names(parser, names);
                case "node" -> node = node(parser);
                default -> parser.skipChildren();
            }
        }
        return new DiscoveryRequest(version, node, List.copyOf(names), type, "", null);
    }

    private static void names(JsonParser parser, List<String> names) throws IOException, MalformedMessageException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new MalformedMessageException("has resource_names that are no array");
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            names.add(text(parser, "resource_names"));
            if (names.size() > DiscoveryRequest.MAX_NAMES) {
                throw new MalformedMessageException(
                        "asks for more than " + DiscoveryRequest.MAX_NAMES + " resources");
            }
        }
    }

    private static Node node(JsonParser parser) throws IOException, MalformedMessageException {
        String id = "";
        String region = "";
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new MalformedMessageException("has a node that is no object");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            parser.nextToken();
            if (member.equals("id")) {
                id = text(parser, "node.id");
            } else if (member.equals("locality") && parser.currentToken() == JsonToken.START_OBJECT) {
                region = region(parser);
            } else {
                parser.skipChildren();
            }
        }
        return new Node(id, region, "");
    }

    private static String region(JsonParser parser) throws IOException, MalformedMessageException {
        String region = "";
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            parser.nextToken();
            if (member.equals("region")) {
                region = text(parser, "node.locality.region");
            } else {
                parser.skipChildren();
            }
        }
        return region;
    }

    private static String text(JsonParser parser, String what) throws IOException, MalformedMessageException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new MalformedMessageException("has no text for " + what);
        }
        return DiscoveryRequest.bounded(parser.getText(), DiscoveryRequest.MAX_TEXT, what);
    }
}
