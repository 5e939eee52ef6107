// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Introspection events of which one field is what once ended consumption, or filled the heap, or a store alone. */
final class HostileRecords {

    /**
     * One of them.
     *
     * @param field the field of the payload that is broken
     * @param value the field's value as JSON
     * @param broken how the path that is named begins, from the payload on; {@code $} for the whole
     */
    record Hostile(String field, String value, String broken) {

        /** The bare payload of a node with that id, unless the id is what is broken. */
        byte[] payload(String nodeId) {
            ObjectNode payload = RegistrationsApiIT.payload(nodeId).put(field, "@");
            return payload.toString().replace("\"@\"", value).getBytes(UTF_8);
        }

        /** The same in an envelope. */
        byte[] record(String nodeId) {
            WireSample sample = WireSample.of("bridge_introspection_effect").ofAnotherNode();
            ObjectNode envelope = sample.json();
            envelope.put("payload", "@");
            return envelope.toString().replace("\"@\"", new String(payload(nodeId), UTF_8)).getBytes(UTF_8);
        }

        boolean isNamedIn(List<String> brokenFields, String prefix) {
            return brokenFields.stream().anyMatch(path -> broken.equals("$")
                    ? path.equals("$")
                    : path.startsWith(prefix + broken));
        }

        /** The title of a report. */
        @Override
        public String toString() {
            return field + " = " + (value.length() > 60 ? value.substring(0, 60) + "…" : value);
        }
    }

    private HostileRecords() {}

    static List<Hostile> all() {
        List<Hostile> all = new ArrayList<>();
        for (String time : List.of(
                "2025-10-03Z", "2025-10-03 Z", "0000-06-01T00:00:00Z", "-0001-01-01T00:00:00Z", "10000-01-01T00:00:00Z",
                "2016-12-31T23:59:60Z", "2025-10-03T12:00:00+99:00")) {
            all.add(new Hostile("timestamp", "\"" + time + "\"", "timestamp"));
        }
        for (String number : List.of("1e2147483648", "0e99999999999", "1e-2147483648", "1e999999999", "1e1000")) {
            all.add(new Hostile("metadata", "{\"x\": [" + number + "]}", "metadata.x[0]"));
        }
        all.add(new Hostile("metadata", "{\"x\": [" + "1e999,".repeat(160_000) + "0]}", "$"));
        all.add(new Hostile("capabilities", "{\"x\": [" + "[0],".repeat(240_000) + "0]}", "$"));
        all.add(new Hostile("metadata", "{\"x\": \"" + "x".repeat(900_000) + "\"}", "metadata"));
        String name = "\"" + "n".repeat(15_000) + "\":{";
        all.add(new Hostile(
                "capabilities",
                "{" + name.repeat(55) + "\"x\":[" + "\"\\u0000\",".repeat(9000) + "0]"
                        + "}".repeat(56),
                "capabilities"));
        for (String url : List.of(
                "http://10.0.0.5:8080/health/{id}", "http://10.0.0.5:8080/h|x", "http://[fe80::1%25eth0]:1/",
                "http://127.1/",
                "http://0.0.0.0:8080/", "http://a@b@c/", "grpc://node/", "http://" + "x".repeat(64) + "/")) {
            all.add(new Hostile("endpoints", "{\"health\": \"" + url + "\"}", "endpoints.health"));
        }
        for (String id : List.of("a\\nb", "a\\u202eb", "a\\u200bb", " a", "a\\u00a0", "a\\u2028b", "a\\u2800b")) {
            all.add(new Hostile("node_id", "\"" + id + "\"", "node_id"));
        }
        return all;
    }
}
