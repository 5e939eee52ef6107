// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * The fields of one object, read as the types they should have.
 *
 * <p>A field that is absent or null reads as {@code null}. One of another type reads as {@code null} as well and is
 * among the findings, so that a reader goes on and finds all that is broken.
 */
public final class Fields {

    private static final int LONGEST_CORRELATION_ID = 128;
    private static final int UUID_LENGTH = 36;

    /** No name of ours is longer. Lower case of a mebibyte takes minutes where letters become two, as U+0130 does. */
    public static final int LONGEST_NAME = 64;

    private final ObjectNode object;
    private final String prefix;
    private final Findings findings;

    public Fields(ObjectNode object, String prefix, Findings findings) {
        this.object = object;
        this.prefix = prefix;
        this.findings = findings;
    }

    public String path(String name) {
        return prefix + name;
    }

    /** The path of the object itself. */
    String self() {
        return prefix.isEmpty() ? "$" : prefix.substring(0, prefix.length() - 1);
    }

    /** The same as the beginning of a path. */
    FieldPath at() {
        return prefix.isEmpty() ? null : FieldPath.name(null, self());
    }

    public void error(String name, String message) {
        findings.error(path(name), message);
    }

    public void lenient(Leniency leniency, String name, String message) {
        findings.lenient(leniency, path(name), message);
    }

    public JsonNode get(String name) {
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }

    public boolean has(String name) {
        return get(name) != null;
    }

    @SuppressWarnings("ReferenceEquality") // the same, not an equal one
    public boolean isSameObjectAs(Fields other) {
        return object == other.object;
    }

    public String text(String name) {
        JsonNode value = get(name);
        if (value == null || value.isTextual()) {
            return value == null ? null : value.textValue();
        }
        error(name, "must be a string");
        return null;
    }

    /** The text, or {@code null} for any other value. */
    public String textIfAny(String name) {
        JsonNode value = get(name);
        return value == null ? null : value.textValue();
    }

    /** A text that is short enough for an index and for Consul's meta, and of which people see every character. */
    public String label(String name) {
        return checkedLabel(name, text(name));
    }

    /** The same, or {@code null} for any other value. */
    public String labelIfAny(String name) {
        return checkedLabel(name, textIfAny(name));
    }

    private String checkedLabel(String name, String text) {
        int most = findings.limits().labelLength();
        String problem = text == null
                ? null
                : DescriptionSize.longer(text, most)
                        ? "is longer than " + most + " characters"
                        : Characters.problem(text);
        if (problem != null) {
            error(name, problem);
            return null;
        }
        return text;
    }

    public UUID uuid(String name) {
        String text = text(name);
        UUID uuid = text == null ? null : uuidOf(text);
        if (uuid == null && (text != null || !has(name))) {
            error(name, text == null ? "is missing" : "must be a UUID");
        }
        return uuid;
    }

    public static UUID uuidOf(String text) {
        // The JDK also takes 1-1-1-1-1.
        if (text.length() != UUID_LENGTH) {
            return null;
        }
        try {
            UUID uuid = UUID.fromString(text);
            return uuid.toString().equalsIgnoreCase(text) ? uuid : null;
        } catch (IllegalArgumentException noUuid) {
            return null;
        }
    }

    public Fields object(String name) {
        JsonNode value = get(name);
        if (value instanceof ObjectNode child) {
            return new Fields(child, path(name) + '.', findings);
        }
        if (value != null) {
            error(name, "must be an object");
        }
        return null;
    }

    public ObjectNode node() {
        return object;
    }

    /** A whole number of 0 or more. */
    public Long count(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0) {
            return value.longValue();
        }
        error(name, "must be a whole number of 0 or more");
        return null;
    }

    /** A number from 0 to {@code most}. */
    public Double number(String name, double most) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        double number = value.isNumber() ? value.doubleValue() : Double.NaN;
        if (number >= 0 && number <= most) {
            return number;
        }
        String bounds = most == Double.MAX_VALUE ? "of 0 or more" : "from 0 to " + (long) most;
        error(name, "must be a number " + bounds);
        return null;
    }

    public Boolean flag(String name) {
        JsonNode value = get(name);
        if (value != null && !value.isBoolean()) {
            error(name, "must be true or false");
            return null;
        }
        return value == null ? null : value.booleanValue();
    }

    public Instant time(String name) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            Instant time = WireTime.parse(text);
            if (!WireTime.hasZone(text)) {
                lenient(Leniency.TIME_WITHOUT_ZONE, name, "must name its zone");
            }
            return time;
        } catch (DateTimeException noTime) {
            error(name, WireTime.RULE + ", not " + Findings.quoted(text));
            return null;
        }
    }

    /** One of a closed set of names; a name in another case is a leniency, any other an error. */
    public <T> T oneOf(String name, Function<String, Optional<T>> byWireName) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        Optional<T> exact = byWireName.apply(text);
        if (exact.isPresent()) {
            return exact.get();
        }
        Optional<T> otherCase =
                text.length() > LONGEST_NAME ? exact : byWireName.apply(text.toLowerCase(Locale.ROOT));
        if (otherCase.isPresent()) {
            lenient(Leniency.ENUM_CASE, name, "must be lower case");
        } else {
            error(name, "has no meaning: " + Findings.quoted(text));
        }
        return otherCase.orElse(null);
    }

    public String correlationId(String name) {
        String text = text(name);
        if (text == null || uuidOf(text) != null) {
            return text;
        }
        if (text.codePointCount(0, text.length()) > LONGEST_CORRELATION_ID) {
            error(name, "is longer than " + LONGEST_CORRELATION_ID + " characters");
            return null;
        }
        String problem = text.isBlank() ? null : Characters.problem(text);
        if (problem != null) {
            error(name, problem);
            return null;
        }
        lenient(Leniency.CORRELATION_ID_FORMAT, name, "must be a UUID");
        return text.isBlank() ? null : text;
    }

    public String version(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        String version = value.isObject() ? SemanticVersion.of(value) : value.textValue();
        if (version != null && checkedLabel(name, version) == null) {
            return null;
        }
        if (version == null || !SemanticVersion.is(version)) {
            lenient(Leniency.VERSION_FORMAT, name, "must be a semantic version");
        }
        return version;
    }

    public void expectOnly(Set<String> known) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext();) {
            String name = names.next();
            if (!known.contains(name)) {
                lenient(Leniency.UNKNOWN_FIELD, name, "is unknown");
            }
        }
    }
}
