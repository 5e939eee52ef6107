// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A fingerprint of what a node says about itself, which distinguishes an announcement without news from a change.
 *
 * <p>It covers everything but the node's id. The order of keys does not matter, nor how a number is spelled:
 * {@code 1e2}, {@code 100} and {@code 100.0} are one number here, as they are for PostgreSQL when it compares.
 */
public final class ContentHash {

    /** Metadata that differs from one announcement to the next though the node is the same. */
    public static final Set<String> VOLATILE_METADATA =
            Set.of("broadcast_reason", "broadcast_timestamp", "uptime_seconds");

    private static final int MOST_ZEROS = 40;
    private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

    private ContentHash() {}

    /**
     * The SHA-256 of the node's canonical JSON, in lower-case hex.
     *
     * @param volatileMetadata top-level metadata keys to leave out, such as {@link #VOLATILE_METADATA}
     */
    public static String of(NodeDescription node, Set<String> volatileMetadata) {
        StringBuilder json = new StringBuilder(1024);
        json.append("{\"type\":");
        text(json, node.type().wireName());
        json.append(",\"role\":");
        text(json, node.role());
        json.append(",\"capabilities\":");
        object(json, node.capabilities(), Set.of());
        json.append(",\"endpoints\":");
        endpoints(json, node.endpoints());
        json.append(",\"metadata\":");
        object(json, node.metadata(), volatileMetadata);
        json.append(",\"nodeVersion\":");
        text(json, node.nodeVersion());
        json.append(",\"environment\":");
        text(json, node.environment());
        json.append(",\"region\":");
        text(json, node.region());
        json.append(",\"networkId\":");
        text(json, node.networkId());
        json.append(",\"deploymentId\":");
        text(json, node.deploymentId());
        json.append('}');
        return Sha256.hex(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void value(StringBuilder json, JsonNode value) {
        if (value.isObject()) {
            object(json, value, Set.of());
        } else if (value.isArray()) {
            json.append('[');
            for (int i = 0; i < value.size(); i++) {
                json.append(i == 0 ? "" : ",");
                value(json, value.get(i));
            }
            json.append(']');
        } else if (value.isNumber()) {
            number(json, value);
        } else if (value.isTextual()) {
            text(json, value.textValue());
        } else {
            json.append(value.asText());
        }
    }

    /**
     * One form for equal numbers. It never writes out what an exponent stands for: {@code 1e999} is five characters in
     * a record, and a thousand when written out.
     */
    private static void number(StringBuilder json, JsonNode value) {
        if (value.isInt() || value.isLong()) {
            json.append(value.longValue());
            return;
        }
        BigDecimal number = value.decimalValue().stripTrailingZeros();
        // as it has always been for numbers of a usual size, so that the fingerprints of nearly all rows stay the same
        boolean usual = number.scale() >= -MOST_ZEROS && number.scale() <= MOST_ZEROS;
        json.append(usual ? number.toPlainString() : number.unscaledValue() + "E" + -(long) number.scale());
    }

    private static void object(StringBuilder json, JsonNode object, Set<String> without) {
        List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(object.properties());
        fields.sort(Map.Entry.comparingByKey());
        String separator = "";
        json.append('{');
        for (Map.Entry<String, JsonNode> field : fields) {
            if (!without.contains(field.getKey())) {
                json.append(separator);
                text(json, field.getKey());
                json.append(':');
                value(json, field.getValue());
                separator = ",";
            }
        }
        json.append('}');
    }

    private static void endpoints(StringBuilder json, Map<String, String> endpoints) {
        String separator = "";
        json.append('{');
        for (Map.Entry<String, String> endpoint : new TreeMap<>(endpoints).entrySet()) {
            json.append(separator);
            text(json, endpoint.getKey());
            json.append(':');
            text(json, endpoint.getValue());
            separator = ",";
        }
        json.append('}');
    }

    private static void text(StringBuilder json, String text) {
        if (text == null) {
            json.append("null");
            return;
        }
        json.append('"');
        if (isPlain(text)) {
            json.append(text);
        } else {
            ENCODER.quoteAsString(text, json);
        }
        json.append('"');
    }

    /** Whether JSON has it as it is; the encoder, which looks for the same, appends by single characters. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

}
