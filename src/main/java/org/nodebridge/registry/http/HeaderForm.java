// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import java.util.ArrayList;
import java.util.List;

/**
 * The headers that JAX-RS takes apart for every request, and what they must look like: what it cannot read it answers
 * without naming the header, or by a 500. Each is looked at in one pass.
 */
enum HeaderForm {
    ACCEPT("Accept", "must be media types such as application/json, with weights from 0 to 1") {
        @Override
        boolean fits(String line) {
            return split(line, ',').stream().allMatch(range -> {
                List<String> parts = split(range, ';');
                String type = parts.get(0);
                // the JDK's HttpURLConnection sends a lone *
                return type.isEmpty() && parts.size() == 1
                        || (type.equals("*") || isMediaType(type)) && hasReadableWeights(parts);
            });
        }
    },
    ACCEPT_LANGUAGE("Accept-Language", "must be languages such as en, with weights from 0 to 1") {
        @Override
        boolean fits(String line) {
            return split(line, ',').stream().allMatch(range -> hasReadableWeights(split(range, ';')));
        }
    },
    /** Of which a weight means nothing, and is read as a number all the same. */
    CONTENT_TYPE("Content-Type", "must be one media type such as application/json; a weight is from 0 to 1") {
        @Override
        boolean fits(String line) {
            List<String> parts = split(line, ';');
            return isMediaType(parts.get(0)) && hasReadableWeights(parts);
        }
    };

    /** No weight of a client that means well has more. */
    private static final int LONGEST_WEIGHT = 11;

    private static final String TOKEN = "!#$%&'*+-.^_`|~";

    private final String header;
    private final String rule;

    HeaderForm(String header, String rule) {
        this.header = header;
        this.rule = rule;
    }

    String header() {
        return header;
    }

    String rule() {
        return rule;
    }

    /** Whether JAX-RS can read a line of the header. */
    abstract boolean fits(String line);

    private static boolean isMediaType(String text) {
        int slash = text.indexOf('/');
        return slash > 0 && isToken(text, 0, slash) && isToken(text, slash + 1, text.length());
    }

    private static boolean isToken(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!letterOrDigit && TOKEN.indexOf(c) < 0) {
                return false;
            }
        }
        return from < to;
    }

    private static boolean hasReadableWeights(List<String> parts) {
        return parts.stream().skip(1).allMatch(parameter -> {
            int sign = parameter.indexOf('=');
            return sign < 0 || !parameter.substring(0, sign).strip().equalsIgnoreCase("q")
                    || isWeight(parameter.substring(sign + 1).strip());
        });
    }

    /** From 0 to 1. */
    private static boolean isWeight(String text) {
        return text.length() <= LONGEST_WEIGHT && text.matches("0(\\.[0-9]*)?|1(\\.0*)?|\\.[0-9]+");
    }

    /** The parts between separators without outer blanks; JAX-RS takes no notice of quotes either. */
    private static List<String> split(String line, char separator) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int end = line.indexOf(separator); end >= 0; end = line.indexOf(separator, start)) {
            parts.add(line.substring(start, end).strip());
            start = end + 1;
        }
        parts.add(line.substring(start).strip());
        return parts;
    }
}
