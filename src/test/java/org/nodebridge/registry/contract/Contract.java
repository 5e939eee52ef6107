// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.nodebridge.registry.servers.ProjectDirectory;

/** The AsyncAPI document and the schemas that the registry gives out, and the judge of records by them. */
public final class Contract {

    static final Path FOLDER = ProjectDirectory.target().resolveSibling("src/main/webapp/contract");
    private static final String BASE = "https://contract.test/";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Contract::textAt));
    private static final Map<String, Schema> KNOWN = new ConcurrentHashMap<>();
    private static final JsonNode DOCUMENT = json("asyncapi.json");

    private Contract() {}

    public static JsonNode document() {
        return DOCUMENT;
    }

    public static JsonNode json(String file) {
        try {
            return JSON.readTree(text(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String file) {
        try {
            return Files.readString(FOLDER.resolve(file), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String textAt(String iri) {
        return iri.startsWith(BASE) ? text(iri.substring(BASE.length())) : null;
    }

    /** The keys of the messages of a channel. */
    public static List<String> messagesOf(String channel) {
        List<String> messages = new ArrayList<>();
        DOCUMENT.at("/channels/" + channel + "/messages").fieldNames().forEachRemaining(messages::add);
        assertThat(messages).as("messages of %s", channel).isNotEmpty();
        return messages;
    }

    /** The messages of a channel that a value is, by their schemas. */
    public static List<String> matches(String channel, JsonNode value) {
        return messagesOf(channel).stream()
                .filter(message -> part(message, "payload") != null)
                .filter(message -> faults(part(message, "payload"), value).isEmpty())
                .toList();
    }

    /** What is wrong with a value by a message's schema; empty when nothing is. */
    public static List<Error> payloadFaults(String message, JsonNode value) {
        return faults(part(message, "payload"), value);
    }

    /** Fails unless value and headers of the record are those of the message. */
    public static void holds(String message, byte[] value, Headers headers) {
        String payload = part(message, "payload");
        assertThat(value == null).as("%s has a value only where it has a schema", message).isEqualTo(payload == null);
        if (payload != null) {
            assertThat(faults(payload, parsed(value))).as("%s: %s", message, new String(value, UTF_8)).isEmpty();
        }
        headersHold(message, headers);
    }

    /** Fails unless the headers are those of the message, for any value. */
    public static void headersHold(String message, Headers headers) {
        JsonNode json = json(headers);
        assertThat(faults(part(message, "headers"), json)).as("headers of %s: %s", message, json).isEmpty();
    }

    static List<Error> faults(String reference, JsonNode json) {
        return KNOWN.computeIfAbsent(reference, known -> SCHEMAS.getSchema(SchemaLocation.of(BASE + known)))
                .validate(json);
    }

    /** Where the schema of a part of a message is; {@code null} where the message has no such part. */
    private static String part(String message, String part) {
        JsonNode described = DOCUMENT.at("/components/messages/" + message);
        assertThat(described.isMissingNode()).as("message %s", message).isFalse();
        return described.at("/" + part + "/schema/$ref").textValue();
    }

    private static JsonNode parsed(byte[] value) {
        try {
            return JSON.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One text for each name, or a list of them where a name comes more than once. */
    private static JsonNode json(Headers headers) {
        Map<String, List<String>> texts = new TreeMap<>();
        for (Header header : headers) {
            texts.computeIfAbsent(header.key(), key -> new ArrayList<>())
                    .add(header.value() == null ? "" : new String(header.value(), UTF_8));
        }
        ObjectNode json = JSON.createObjectNode();
        texts.forEach((name, values) -> {
            if (values.size() == 1) {
                json.put(name, values.get(0));
            } else {
                values.forEach(json.withArray("/" + name)::add);
            }
        });
        return json;
    }
}
