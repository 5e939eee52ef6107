// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** What a run has found, for machines. A value that is no number is {@code null}. */
final class ResultJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ResultJson() {}

    static String of(Report report, Map<String, String> facts) {
        ObjectNode root = JSON.createObjectNode();
        root.set("machine", JSON.valueToTree(facts));
        ArrayNode results = root.putArray("results");
        report.results().forEach(result -> results.add(json(result)));
        root.set("failures", JSON.valueToTree(report.failures()));
        ObjectNode processes = root.putObject("processes");
        report.processes().forEach((row, uses) -> {
            ArrayNode ofRow = processes.putArray(row);
            uses.forEach(use -> ofRow.addObject()
                    .put("process", use.process())
                    .put("cpu_seconds", use.cpuSeconds())
                    .put("memory_mb", use.memoryMb()));
        });
        root.set("seconds", JSON.valueToTree(report.seconds()));
        ObjectNode throughput = root.putObject("throughput_by_nodes");
        report.throughputs().forEach((nodes, perSecond) -> put(throughput, nodes.toString(), perSecond));
        ObjectNode latencies = root.putObject("latency_ms");
        report.latencies().forEach((name, measured) -> {
            ObjectNode percentiles = latencies.putObject(name);
            measured.distribution()
                    .forEach((percentile, millis) -> put(percentiles, "p" + Numbers.text(percentile), millis));
            percentiles.put("count", measured.count());
        });
        ObjectNode stages = root.putObject("stage_ms");
        report.stages().forEach((stage, millis) -> put(stages, stage, millis));
        return root.toPrettyString();
    }

    private static ObjectNode json(Result result) {
        ObjectNode json = JSON.createObjectNode().put("key", result.key()).put("what", result.what());
        put(json, "measured", result.measured());
        json.put("unit", result.unit());
        if (result.comparedWith() != null) {
            json.put("compared_with", result.comparedWith());
            put(json, "compared", result.compared());
            put(json, "ratio", result.ratio());
        }
        if (result.target() != null) {
            json.put("target", result.target().text(result.unit()));
            json.put("met", result.met());
        }
        return json;
    }

    private static void put(ObjectNode json, String name, Double number) {
        boolean known = number != null && !number.isNaN() && !number.isInfinite();
        json.put(name, known ? number : null);
    }
}
