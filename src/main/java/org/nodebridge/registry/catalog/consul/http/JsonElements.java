// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.catalog.consul.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.nodebridge.registry.event.WireJson;

/**
 * Reads JSON that is or has a list, or is an object of many members, element by element, so that only one of them has
 * to fit into memory.
 *
 * @param member the member of the object that is the list; {@code null} when the JSON itself is
 * @param begin what the elements stand in: a list or an object
 * @param element is given each element in turn
 */
record JsonElements(String member, JsonToken begin, Consumer<JsonNode> element) {

    /** Nodes choose names in the meta: they neither fill the JVM's table of strings nor make the parser's own fail. */
    private static final JsonFactory JSON_OF_CONSUL = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
            .build();

    /** @param member {@code null} when the JSON itself is the list */
    static JsonElements ofList(String member, Consumer<JsonNode> element) {
        return new JsonElements(member, JsonToken.START_ARRAY, element);
    }

    /** The values of the members of an object. */
    static JsonElements ofMembers(Consumer<JsonNode> value) {
        return new JsonElements(null, JsonToken.START_OBJECT, value);
    }

    /**
     * Reads to the end; without an element where the list is missing or {@code null}, as Consul says of none.
     *
     * @throws IOException when it is no JSON or ends too early; what was read until then has been given out
     */
    void read(InputStream json) throws IOException {
        try (JsonParser parser = JSON_OF_CONSUL.createParser(json)) {
            if (parser.nextToken() == null) {
                throw new EOFException("the answer is empty");
            }
            if (member == null || (parser.currentToken() == JsonToken.START_OBJECT && findMember(parser))) {
                readElements(parser);
            }
            while (parser.nextToken() != null) {
                // what follows must be JSON, too
            }
        }
    }

    private boolean findMember(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean found = parser.currentName().equals(member);
            parser.nextToken();
            if (found) {
                return true;
            }
            parser.skipChildren();
        }
        return false;
    }

    private void readElements(JsonParser parser) throws IOException {
        if (parser.currentToken() != begin) {
            parser.skipChildren();
            return;
        }
        while (!parser.nextToken().isStructEnd()) {
            if (parser.currentToken() != JsonToken.FIELD_NAME) {
                element.accept(WireJson.PLAIN.readTree(parser));
            }
        }
    }
}
