// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** JSON between bytes and tree, with the bounds that keep a hostile record from costing more than it weighs. */
final class WireJson {

    static final int MOST_BYTES = 1024 * 1024;
    static final int DEEPEST = 64;

    // Names come from whoever can write to the topic: interning them would let a stranger fill the string table.
    // Decimals stay decimals, so that 512.0 and 0.1 are stored and hashed as they were written.
    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST)
                    .maxStringLength(MOST_BYTES)
                    .build())
            .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final char REPLACEMENT = '\uFFFD';

    private WireJson() {}

    /** The object that the bytes hold, or {@code null} when they hold none, which is then among the findings. */
    static ObjectNode parse(byte[] bytes, Findings findings) {
        if (bytes == null || bytes.length == 0) {
            findings.error("$", "is empty");
            return null;
        }
        if (bytes.length > MOST_BYTES) {
            findings.error("$", "is longer than " + MOST_BYTES + " bytes");
            return null;
        }
        String text = decode(bytes);
        if (text == null) {
            findings.error("$", "is not UTF-8");
            return null;
        }
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
            }
            findings.error("$", "must be a JSON object");
        } catch (StreamConstraintsException tooMuch) {
            findings.error("$", "is nested deeper than " + DEEPEST + " levels, or a name or number in it is too long");
        } catch (JsonProcessingException broken) {
            // Jackson's own message quotes the record, and a record may hold a password.
            long at = broken.getLocation() == null ? -1 : broken.getLocation().getCharOffset();
            findings.error("$", at < 0 ? "is not JSON" : "is not JSON, at character " + at);
        }
        return null;
    }

    /** Decoding replaces silently and fast; only text that then holds the replacement needs the strict, slow look. */
    private static String decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException malformed) {
            return null;
        }
    }
}
