// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.function.BiConsumer;

/**
 * JSON between bytes and tree, with the bounds that keep a hostile record from costing more than it weighs. Immutable
 * and thread-safe.
 */
public final class WireJson {

    static final int MOST_BYTES = 1024 * 1024;
    static final int DEEPEST = 64;

    /** Of a name anywhere; those that are kept have limits of their own, which name their field. */
    static final int MAX_NAME_LENGTH = 32 * 1024;

    // Decimals stay decimals, so that 512.0 and 0.1 are stored and hashed as they were written.
    public static final JsonMapper MAPPER = JsonMapper.builder(factory(Integer.MAX_VALUE, Limits.DEFAULT.digits()))
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** With Jackson's own defaults, for what the registry itself keeps and what servers answer. */
    public static final JsonMapper PLAIN = new JsonMapper();

    private final JsonFactory factory;
    private final Limits limits;

    /** Of a member that is there twice the last one counts. */
    public WireJson(Limits limits) {
        this(limits, factory(limits.tokens(), limits.digits()));
    }

    private WireJson(Limits limits, JsonFactory factory) {
        this.limits = limits;
        this.factory = factory;
    }

    /** The same for what refuses a member that is there twice; it reads more slowly. */
    public static WireJson ofUniqueMembers(Limits limits) {
        return new WireJson(
                limits,
                factory(limits.tokens(), limits.digits()).enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION));
    }

    private static JsonFactory factory(int tokens, int digits) {
        // Names come from anyone who can write to the topic. Interning them would fill the JVM's table of strings, and
        // the parser's own table of names fails for names of equal hash, which are easily made.
        return JsonFactory.builder()
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEEPEST)
                        .maxStringLength(MOST_BYTES)
                        .maxNameLength(MAX_NAME_LENGTH)
                        .maxNumberLength(digits)
                        .maxTokenCount(tokens)
                        .maxDocumentLength(MOST_BYTES)
                        .build())
                .build();
    }

    /**
     * The object that the bytes hold.
     *
     * @param errors takes the field and the message of what is wrong; {@code $} is the whole
     * @return {@code null} when they hold none, of which there has then been an error
     */
    public ObjectNode parse(byte[] bytes, BiConsumer<String, String> errors) {
        if (bytes == null || bytes.length == 0) {
            errors.accept("$", "is empty");
            return null;
        }
        if (bytes.length > MOST_BYTES) {
            errors.accept("$", "is longer than " + MOST_BYTES + " bytes");
            return null;
        }
        String encoding = Utf8.otherByteOrderMark(bytes);
        String text = encoding == null ? Utf8.decode(bytes) : null;
        if (text == null) {
            errors.accept("$",
                    encoding == null ? "is not UTF-8" : "is " + encoding + " by its byte order mark, not UTF-8");
            return null;
        }
        try (JsonParser parser = factory.createParser(text)) {
            return parse(parser, errors);
        } catch (IOException broken) {
            errors.accept("$", "is not JSON");
            return null;
        }
    }

    private ObjectNode parse(JsonParser parser, BiConsumer<String, String> errors) throws IOException {
        try {
            JsonNode node = MAPPER.readTree(parser);
            if (node instanceof ObjectNode object && parser.nextToken() == null) {
                return object;
            }
            errors.accept("$", node instanceof ObjectNode ? "has something after the object" : "must be a JSON object");
        } catch (StreamConstraintsException tooMuch) {
            tooMuch(tooMuch, parser, errors);
        } catch (NumberFormatException | ArithmeticException noNumber) {
            errors.accept(path(parser), "is a number out of range");
        } catch (JsonProcessingException broken) {
            if (broken.getOriginalMessage().startsWith("Duplicate field")) {
                errors.accept(path(parser), "is there twice");
                return null;
            }
            // Jackson's own message quotes the record, and a record may hold a password.
            long at = broken.getLocation() == null ? -1 : broken.getLocation().getCharOffset();
            errors.accept("$", at < 0 ? "is not JSON" : "is not JSON, at character " + at);
        }
        return null;
    }

    private void tooMuch(
            StreamConstraintsException failure, JsonParser parser, BiConsumer<String, String> errors) {
        if (parser.currentTokenCount() > limits.tokens()) {
            errors.accept("$", "has more than " + limits.tokens() + " JSON tokens");
        } else if (parser.getParsingContext().getNestingDepth() > DEEPEST) {
            errors.accept("$", "is nested deeper than " + DEEPEST + " levels");
        } else if (failure.getOriginalMessage().startsWith("Name ")) {
            errors.accept("$", "has a name of more than " + MAX_NAME_LENGTH + " characters");
        } else {
            errors.accept(path(parser), "is a number of more than " + limits.digits() + " digits");
        }
    }

    private static String path(JsonParser parser) {
        FieldPath path = null;
        for (JsonStreamContext at : FieldPath.fromRoot(parser.getParsingContext())) {
            if (at.inObject() && at.getCurrentName() != null) {
                path = FieldPath.name(path, at.getCurrentName());
            } else if (at.inArray()) {
                path = FieldPath.index(path, Math.max(0, at.getCurrentIndex()));
            }
        }
        return path == null ? "$" : path.toString();
    }
}
