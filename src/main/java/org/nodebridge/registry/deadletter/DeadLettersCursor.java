// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deadletter;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.nodebridge.registry.http.page.PageToken;

/** Where a page of dead letters ended, an offset for each partition, in a form that is safe in a URL. */
public final class DeadLettersCursor {

    private static final Pattern PLACE = Pattern.compile("([A-Za-z0-9._-]{1,249}):(\\d{1,9}):(\\d{1,18})");

    private DeadLettersCursor() {}

    /** {@code null} when there is no next page. */
    public static String encoded(Map<TopicPartition, Long> next) {
        String places = next.entrySet().stream()
                .map(place -> place.getKey().topic() + ":" + place.getKey().partition() + ":" + place.getValue())
                .sorted(Comparator.naturalOrder())
                .collect(Collectors.joining(" "));
        return places.isEmpty() ? null : PageToken.encoded(places);
    }

    /** {@code null} for the first page. */
    public static Map<TopicPartition, Long> decode(String encoded) {
        if (encoded == null) {
            return null;
        }
        Map<TopicPartition, Long> next = new HashMap<>();
        try {
            String places = PageToken.decoded(encoded).orElseThrow(PageToken::refused);
            for (String place : places.split(" ")) {
                Matcher parts = PLACE.matcher(place);
                if (!parts.matches()) {
                    throw new IllegalArgumentException(place);
                }
                next.put(
                        new TopicPartition(parts.group(1), Integer.parseInt(parts.group(2))),
                        Long.parseLong(parts.group(3)));
            }
            if (!next.isEmpty()) {
                return next;
            }
        } catch (IllegalArgumentException e) {
            // reported below
        }
        throw PageToken.refused();
    }
}
