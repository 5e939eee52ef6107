// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store.jdbc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Looks into JSON that PostgreSQL wrote, a token at a time and without a tree. It is JSON, but of any shape, length and
 * depth: Jackson's limits for input of strangers would make a row unreadable that PostgreSQL has taken.
 */
public final class StoredJson {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            // the parser's table of names fails for many names of equal hash, which a node can choose
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private StoredJson() {}

    public static boolean isObject(String json) {
        return json.startsWith("{");
    }

    /** The object with its names, each with null; an empty one for what is no object. */
    public static ObjectNode names(String json) {
        ObjectNode names = JsonNodeFactory.instance.objectNode();
        members(json, false, (name, value) -> names.putNull(name));
        return names;
    }

    /** Members whose values are texts; none for what is no object. */
    public static Map<String, String> texts(String json) {
        Map<String, String> texts = new LinkedHashMap<>();
        members(json, true, (name, value) -> {
            if (value != null) {
                texts.put(name, value);
            }
        });
        return texts;
    }

    /** Whether it is an object, and each value a text that fits. */
    public static boolean isObjectOf(String json, Predicate<String> fits) {
        boolean[] good = {isObject(json)};
        members(json, true, (name, value) -> good[0] &= value != null && fits.test(value));
        return good[0];
    }

    private static void members(String json, boolean withTexts, Member each) {
        if (!isObject(json)) {
            return;
        }
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                each.is(name, withTexts && value == JsonToken.VALUE_STRING ? parser.getText() : null);
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL gave what is no JSON", e);
        }
    }

    @FunctionalInterface
    private interface Member {

        /** @param text the value; {@code null} when it is no text, or texts are not asked for */
        void is(String name, String text);
    }
}
