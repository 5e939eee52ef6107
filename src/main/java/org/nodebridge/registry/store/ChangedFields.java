// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** In which fields a node is not what it was, by the names that the API gives them. */
public final class ChangedFields {

    private static final Comparator<JsonNode> AS_THE_HASH_SEES_IT =
            (one, other) -> (one.isNumber() && other.isNumber() ? plain(one).equals(plain(other)) : one.equals(other))
                    ? 0 : 1;

    private ChangedFields() {}

    /**
     * The top-level fields of two contents that are not equal, by name; what makes no difference is what makes none to
     * {@link org.nodebridge.registry.event.ContentHash}: the order of keys, and how a number is spelled. Empty where
     * nothing is known of before.
     *
     * @param before what the node said of itself before; {@code null} when that is not known
     * @param now what it says; {@code null} when that has not changed
     */
    public static List<String> of(JsonNode before, JsonNode now) {
        List<String> changed = new ArrayList<>();
        if (before != null && now != null) {
            TreeSet<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            now.fieldNames().forEachRemaining(names::add);
            names.stream().filter(name -> differ(before.path(name), now.path(name))).forEach(changed::add);
        }
        return changed;
    }

    /** Adds the field when its values differ; {@code null} before stands for not known. */
    static void add(List<String> changed, String field, String before, String now) {
        if (before != null && !Objects.equals(before, now)) {
            changed.add(field);
        }
    }

    private static boolean differ(JsonNode before, JsonNode now) {
        boolean bothEmpty = isEmpty(before) && isEmpty(now);
        return !bothEmpty && !before.equals(AS_THE_HASH_SEES_IT, now);
    }

    private static String plain(JsonNode number) {
        return number.decimalValue().toPlainString();
    }

    private static boolean isEmpty(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
