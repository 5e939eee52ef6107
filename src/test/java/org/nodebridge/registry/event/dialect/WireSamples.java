// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.event.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.nodebridge.registry.event.FieldError;
import org.nodebridge.registry.event.NodeEvent;
import org.nodebridge.registry.event.WireJson;

/** The recorded samples of what nodes send, and how the tests read them. */
public final class WireSamples {

    public static final Path FOLDER = Path.of("src", "test", "resources", "wire");
    public static final Instant RECORDED = Instant.parse("2026-05-31T23:59:59Z");
    public static final Instant RECEIVED = Instant.parse("2026-06-01T00:00:00Z");
    public static final EnvelopeReader LENIENT = new EnvelopeReader(false, Duration.ofMinutes(5));
    public static final EnvelopeReader STRICT = new EnvelopeReader(true, Duration.ofMinutes(5));

    private WireSamples() {}

    public static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json") && !name.equals("cases.json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
        }
    }

    public static byte[] bytes(String name) {
        try (InputStream sample = WireSamples.class.getResourceAsStream("/wire/" + name + ".json")) {
            return sample.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    public static ObjectNode tree(String name) {
        return (ObjectNode) json(new String(bytes(name), StandardCharsets.UTF_8));
    }

    public static ObjectNode payload(ObjectNode envelope) {
        return (ObjectNode) envelope.get("payload");
    }

    public static JsonNode json(String text) {
        try {
            return WireJson.MAPPER.readTree(text);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    public static byte[] utf8(Object json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }

    public static TopicKind topicOf(String sample) {
        return sample.contains("heartbeat") ? TopicKind.HEARTBEAT : TopicKind.INTROSPECTION;
    }

    public static NodeEvent read(String sample) {
        return LENIENT.read(topicOf(sample), bytes(sample), RECORDED, RECEIVED);
    }

    public static NodeEvent read(JsonNode record) {
        return read(utf8(record));
    }

    public static NodeEvent read(byte[] record) {
        return LENIENT.read(TopicKind.INTROSPECTION, record, RECORDED, RECEIVED);
    }

    public static NodeEvent readStrictly(JsonNode record) {
        return STRICT.read(TopicKind.INTROSPECTION, utf8(record), RECORDED, RECEIVED);
    }

    public static List<FieldError> errors(NodeEvent event) {
        return event instanceof NodeEvent.Unreadable unreadable ? unreadable.errors() : List.of();
    }

    public static List<String> brokenFields(NodeEvent event) {
        return errors(event).stream().map(FieldError::field).toList();
    }
}
