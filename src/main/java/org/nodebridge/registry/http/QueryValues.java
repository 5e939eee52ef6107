// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nodebridge.registry.event.Storable;

/**
 * Values of query parameters, bounded in number and length. Every method throws {@link InvalidInputException} naming
 * the parameter.
 */
public final class QueryValues {

    /** What is said of the parameter {@code scope} to callers. */
    public static final String SCOPE = "local (the default) for this registry's own nodes, all for those of other"
            + " regions too";

    private static final int MOST_VALUES = 50;
    private static final int LONGEST_VALUE = 1024;

    private QueryValues() {}

    /** The same value, checked. */
    public static String one(String parameter, String value) {
        if (value.isEmpty() || value.length() > LONGEST_VALUE || !Storable.text(value)) {
            throw new InvalidInputException(
                    parameter, "must have values of 1 to " + LONGEST_VALUE + " characters, without U+0000");
        }
        return value;
    }

    /** The same values of a parameter that may be repeated, checked. */
    public static List<String> each(String parameter, List<String> values) {
        if (values.size() > MOST_VALUES) {
            throw new InvalidInputException(parameter, "may have " + MOST_VALUES + " values at most");
        }
        values.forEach(value -> one(parameter, value));
        return values;
    }

    /** Those with commas between; none of {@code null}. */
    public static List<String> list(String parameter, String values) {
        return values == null ? List.of() : each(parameter, List.of(values.split(",", -1)));
    }

    /** Those with commas between, each the name of one of all. */
    public static <T> Set<T> anyOf(String parameter, String values, T[] all, Function<T, String> name) {
        return list(parameter, values).stream()
                .map(text -> Stream.of(all)
                        .filter(value -> name.apply(value).equals(text))
                        .findFirst()
                        .orElseThrow(() -> new InvalidInputException(
                                parameter, "must be of " + Stream.of(all).map(name).toList())))
                .collect(Collectors.toSet());
    }

    /** Whether it is {@code true}, and not {@code false}. */
    public static boolean flag(String parameter, String value) {
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidInputException(parameter, "must be true or false");
        };
    }

    /** Whether the parameter {@code scope} asks for the nodes of all regions; {@code null} does not. */
    public static boolean allRegions(String scope) {
        if (scope == null || scope.equals("local")) {
            return false;
        }
        if (scope.equals("all")) {
            return true;
        }
        throw new InvalidInputException("scope", "must be local or all");
    }

    /** Keys and values of {@code key=value}, each of which may be repeated. */
    public static List<Map.Entry<String, String>> entries(String parameter, List<String> values) {
        return each(parameter, values).stream().map(value -> entry(parameter, value)).toList();
    }

    private static Map.Entry<String, String> entry(String parameter, String text) {
        int sign = text.indexOf('=');
        if (sign < 1) {
            throw new InvalidInputException(parameter, "must be key=value");
        }
        return Map.entry(text.substring(0, sign), text.substring(sign + 1));
    }
}
