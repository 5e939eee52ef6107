// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.nodebridge.registry.event.Findings;
import org.nodebridge.registry.event.Storable;
import org.nodebridge.registry.event.WireJson;

/** The JSON object of a request, member by member; every mistake is a 400 that names the member. */
public final class JsonBody {

    private static final String INSTANT_RULE = "must be an ISO-8601 time of the years 1 to 9999 with a zone, and with a"
            + " fraction of 9 digits at most, such as 2026-01-31T12:00:00Z";

    private final JsonNode object;

    /**
     * Reads a body; an empty one is an object without members.
     *
     * @param json bounds what the body may hold
     * @param members what may be in it: a misspelled {@code dry_run} must not go unnoticed
     */
    public JsonBody(WireJson json, byte[] body, Set<String> members) {
        this.object = parsed(json, body);
        object.fieldNames().forEachRemaining(name -> {
            if (!members.contains(name)) {
                throw new InvalidInputException(Findings.shown(name),
                        "is not known here; there are " + new TreeSet<>(members));
            }
        });
    }

    public boolean has(String name) {
        return object.hasNonNull(name);
    }

    /** A missing node when it is not there. */
    public JsonNode member(String name) {
        return object.path(name);
    }

    public String text(String name) {
        if (has(name) && !member(name).isTextual()) {
            throw new InvalidInputException(name, "must be a string");
        }
        return storable(name, member(name).textValue());
    }

    public boolean flag(String name) {
        if (has(name) && !member(name).isBoolean()) {
            throw new InvalidInputException(name, "must be true or false");
        }
        return member(name).asBoolean(false);
    }

    /** 0 when it is not there. */
    public int number(String name, int least, int most) {
        JsonNode number = member(name);
        if (has(name) && (!number.isIntegralNumber() || !number.canConvertToInt() || number.intValue() < least
                || number.intValue() > most)) {
            throw new InvalidInputException(name, "must be a whole number from " + least + " to " + most);
        }
        return number.asInt();
    }

    /** {@code null} when it is not there. */
    public List<String> texts(String name) {
        if (!has(name)) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        member(name).forEach(item -> texts.add(item.textValue()));
        if (!member(name).isArray() || texts.isEmpty() || texts.contains(null)) {
            throw new InvalidInputException(name, "must be a list of strings that is not empty");
        }
        texts.forEach(text -> storable(name, text));
        return texts;
    }

    /** An ISO-8601 time with its zone, as far as PostgreSQL keeps it; {@code null} for {@code null}. */
    public static Instant instant(String name, String text) {
        if (text == null) {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
            if (Storable.time(time)) {
                return time;
            }
        } catch (DateTimeException e) {
            // reported below
        }
        throw new InvalidInputException(name, INSTANT_RULE);
    }

    /** PostgreSQL refuses a statement that so much as asks for another text. */
    private static String storable(String name, String text) {
        if (text != null && !Storable.text(text)) {
            throw new InvalidInputException(name, "holds U+0000 or an unpaired surrogate");
        }
        return text;
    }

    private static JsonNode parsed(WireJson json, byte[] body) {
        if (body == null || body.length == 0) {
            return JsonNodeFactory.instance.objectNode();
        }
        return json.parse(body, (field, message) -> {
            throw new InvalidInputException(field, message);
        });
    }
}
