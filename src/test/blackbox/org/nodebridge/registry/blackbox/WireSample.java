// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nodebridge.registry.servers.ProjectDirectory;

/**
 * A recorded sample of what nodes send, byte for byte except for the ids that a test has put in.
 *
 * @param name the file's name without {@code .json}
 */
record WireSample(String name, String text) {

    private static final Path FOLDER =
            ProjectDirectory.target().resolveSibling(Path.of("src", "test", "resources", "wire"));
    private static final Pattern NODE_ID = Pattern.compile("(\"node_id\"\\s*:\\s*\")([^\"]*)(\")");
    private static final Pattern EVENT_ID = Pattern.compile("(\"(?:event|envelope)_id\"\\s*:\\s*\")([^\"]*)(\")");

    static WireSample of(String name) {
        try {
            return new WireSample(name, Files.readString(FOLDER.resolve(name + ".json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> names() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json") && !name.equals("cases.json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same sample from a node that no other test knows, as an event of its own. */
    WireSample ofAnotherNode() {
        // the infra and core projects name their nodes by UUID
        return from(name.startsWith("bridge") ? Registry.uniqueId(name) : UUID.randomUUID().toString());
    }

    /** The same sample from this node, as an event of its own. */
    WireSample from(String nodeId) {
        String renamed = NODE_ID.matcher(text).replaceAll("$1" + Matcher.quoteReplacement(nodeId) + "$3");
        return new WireSample(name, EVENT_ID.matcher(renamed).replaceAll("$1" + UUID.randomUUID() + "$3"));
    }

    /** The topic that nodes send such a record to. */
    String topic() {
        return name.contains("heartbeat") ? Registry.HEARTBEAT : Registry.INTROSPECTION;
    }

    /** The first node id in the text; {@code null} without one. */
    String nodeId() {
        Matcher matcher = NODE_ID.matcher(text);
        return matcher.find() ? matcher.group(2) : null;
    }

    ObjectNode json() {
        return (ObjectNode) Json.parse(text);
    }

    byte[] bytes() {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
