// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * One row of {@code cases.json}: a sample with a patch on it, from a node of its own.
 *
 * @param nodeId the node it is about, which a patch may hide from the reader
 * @param patched the paths of the fields the patch touches
 * @param expect accept, reject or strict-only
 * @param title what a report shows
 */
record WireCase(String sample, String nodeId, byte[] value, Set<String> patched, String expect, String title) {

    private static final String IN_PAYLOAD = ".payload";

    static List<WireCase> all() {
        List<WireCase> cases = new ArrayList<>();
        WireSample.of("cases").json().path("cases").forEach(row -> cases.add(of(row)));
        return cases;
    }

    boolean rejected() {
        return expect.equals("reject");
    }

    boolean heartbeat() {
        return sample.contains("heartbeat");
    }

    String topic() {
        return heartbeat() ? Registry.HEARTBEAT : Registry.INTROSPECTION;
    }

    JsonNode json() {
        return Json.parse(new String(value, UTF_8));
    }

    @Override
    public String toString() {
        return title;
    }

    private static WireCase of(JsonNode row) {
        String expect = row.path("expect").textValue();
        if (row.has("raw")) {
            String raw = row.path("raw").textValue();
            String nodeId = Registry.uniqueId("raw");
            return new WireCase("raw", nodeId, raw.getBytes(UTF_8), Set.of("$"), expect, "'" + raw + "' " + expect);
        }
        String base = row.path("base").textValue();
        boolean inPayload = base.endsWith(IN_PAYLOAD);
        String name = inPayload ? base.substring(0, base.length() - IN_PAYLOAD.length()) : base;
        WireSample sample = WireSample.of(name).ofAnotherNode();
        ObjectNode record = sample.json();
        ObjectNode patched = inPayload ? (ObjectNode) record.get("payload") : record;
        Set<String> paths = new TreeSet<>();
        row.path("patch").properties().forEach(field -> {
            paths.add(inPayload ? "payload." + field.getKey() : field.getKey());
            if (field.getValue().asText().equals("__absent__")) {
                patched.remove(field.getKey());
            } else {
                patched.set(field.getKey(), field.getValue());
            }
        });
        String title = base + " " + row.path("patch") + " " + expect;
        return new WireCase(name, sample.nodeId(), Json.utf8(record), paths, expect, title);
    }
}
