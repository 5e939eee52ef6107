// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Finds the node id in the bytes of a record that cannot be read as a whole, token by token: a tree would cost many
 * times the bytes.
 */
public final class NodeIdOfRecord {

    private static final int LONGEST_ID = 255;
    private static final String NODE_ID = "node_id";

    /** A stranger's names neither fill the JVM's table of strings nor make the parser's own table fail. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private NodeIdOfRecord() {}

    /** That of the payload, else that beside it; {@code null} where neither can be read. Never throws. */
    public static String in(byte[] value) {
        String beside = null;
        try (JsonParser parser = JSON.createParser(value)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("payload") && token == JsonToken.START_OBJECT) {
                    String inPayload = inObject(parser);
                    if (inPayload != null) {
                        return inPayload;
                    }
                } else if (name.equals(NODE_ID)) {
                    beside = text(parser, token);
                } else {
                    parser.skipChildren();
                }
            }
            return beside;
        } catch (IOException | RuntimeException e) {
            return beside; // what is cut, or no JSON, may have given the id before
        }
    }

    private static String inObject(JsonParser parser) throws IOException {
        String id = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (id == null && name.equals(NODE_ID)) {
                id = text(parser, token);
                if (id != null) {
                    return id;
                }
            } else {
                parser.skipChildren();
            }
        }
        return id;
    }

    private static String text(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            parser.skipChildren();
            return null;
        }
        String text = parser.getText();
        return text.isBlank() || text.length() > LONGEST_ID ? null : text;
    }
}
