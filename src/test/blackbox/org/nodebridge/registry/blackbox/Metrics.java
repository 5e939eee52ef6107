// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /metrics} said at one moment. */
record Metrics(Map<String, Double> samples, Map<String, String> types) {

    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    static Metrics of(Registry registry) {
        Map<String, Double> samples = new TreeMap<>();
        Map<String, String> types = new TreeMap<>();
        Answer answer = registry.get("/metrics");
        if (answer.status() != 200) {
            // else all of them would be 0
            throw new IllegalStateException("/metrics answered " + answer.status());
        }
        answer.body().lines().forEach(line -> {
            Matcher sample = SAMPLE.matcher(line);
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                types.put(words[2], words[3]);
            } else if (sample.matches()) {
                samples.put(sample.group(1) + labels(sample.group(2)), Double.valueOf(sample.group(3)));
            }
        });
        return new Metrics(samples, types);
    }

    /** A sample such as {@code name{a="1",b="2"}}, its labels in the order of the alphabet; 0 when it is not there. */
    double value(String sample) {
        return samples.getOrDefault(sample, 0.0);
    }

    /** How much more it is than it was before. */
    double since(Metrics before, String sample) {
        return value(sample) - before.value(sample);
    }

    private static String labels(String text) {
        if (text == null) {
            return "";
        }
        TreeSet<String> labels = new TreeSet<>();
        Matcher label = LABEL.matcher(text);
        while (label.find()) {
            // the scope is Liberty's, the same for all
            if (!label.group(1).equals("mp_scope")) {
                labels.add(label.group());
            }
        }
        return labels.isEmpty() ? "" : "{" + String.join(",", labels) + "}";
    }
}
