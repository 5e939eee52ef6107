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

    /** Deeper than anything a node can announce, and far less than readers of JSON take by default. */
    private static final int MAX_DEPTH = 64;

    /** What Jackson takes by default; a node can announce as many. */
    private static final int MAX_NUMBER_LENGTH = 1000;

    /** What Jackson takes by default; a node can announce no longer ones. */
    private static final int MAX_NAME_LENGTH = 50_000;

    private StoredJson() {}

    /**
     * The JSON as it can be part of an answer: one value that a client's reader refuses would make it refuse the whole
     * page. In time linear in its length.
     *
     * @param json what PostgreSQL has written, or {@code null}
     * @return the same, or a JSON text that says why it is left out
     */
    public static String shown(String json) {
        int depth = 0;
        int length = json == null ? 0 : json.length();
        for (int i = 0; i < length; i++) {
            char c = json.charAt(i);
            if (c == '"') {
                int end = endOfText(json, i);
                if (end - i > MAX_NAME_LENGTH && end + 1 < length && json.charAt(end + 1) == ':') {
                    return omitted("a name of more than " + MAX_NAME_LENGTH + " characters");
                }
                i = end;
            } else if (c == '{' || c == '[') {
                if (++depth > MAX_DEPTH) {
                    return omitted("nested deeper than " + MAX_DEPTH + " levels");
                }
            } else if (c == '}' || c == ']') {
                depth--;
            } else if (c == '-' || c >= '0' && c <= '9') {
                int end = endOfNumber(json, i);
                if (end - i > MAX_NUMBER_LENGTH) {
                    return omitted("a number of " + (end - i) + " digits");
                }
                i = end - 1;
            }
        }
        return json;
    }

    private static String omitted(String why) {
        return "\"omitted, " + why + '"';
    }

    /** Of the quotation mark that ends the text which begins there. */
    private static int endOfText(String json, int begin) {
        int i = begin + 1;
        while (json.charAt(i) != '"') {
            i += json.charAt(i) == '\\' ? 2 : 1;
        }
        return i;
    }

    /** After the last character; PostgreSQL writes no exponents. */
    private static int endOfNumber(String json, int begin) {
        int i = begin + 1;
        while (i < json.length() && (json.charAt(i) == '.' || json.charAt(i) >= '0' && json.charAt(i) <= '9')) {
            i++;
        }
        return i;
    }

    public static boolean isObject(String json) {
        return json.startsWith("{");
    }

    /** The object with its names, each with null; an empty one for what is no object. */
    public static ObjectNode names(String json) {
        ObjectNode names = JsonNodeFactory.instance.objectNode();
        members(json, false, (name, value) -> names.putNull(name));
        return names;
    }

    /**
     * The object with its member of this name only, if it has it; an empty one for what is no object. Of a value that
     * is an object or an array it tells no more than that.
     */
    public static ObjectNode only(String member, String json) {
        ObjectNode only = JsonNodeFactory.instance.objectNode();
        if (!isObject(json)) {
            return only;
        }
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                if (name.equals(member)) {
                    switch (value) {
                        case VALUE_STRING -> only.put(name, parser.getText());
                        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> only.put(name, parser.getDecimalValue());
                        case VALUE_NULL -> only.putNull(name);
                        case START_OBJECT -> only.putObject(name);
                        case START_ARRAY -> only.putArray(name);
                        default -> only.put(name, value == JsonToken.VALUE_TRUE);
                    }
                }
                parser.skipChildren();
            }
            return only;
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL gave what is no JSON", e);
        }
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
