// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.value;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * The values that were given, by a setting's key or else its alias; with them the settings that were asked for, and
 * what is wrong with their values. Not thread-safe.
 */
final class GivenValues {

    private final Function<String, Optional<String>> source;
    private final Function<String, Optional<String>> exactSource;
    private final Map<String, SettingsReader.Described> described = new LinkedHashMap<>();
    private final List<String> errors = new ArrayList<>();

    /** @param exactSource finds a value as it was given: nothing in it is expanded or unescaped */
    GivenValues(Function<String, Optional<String>> source, Function<String, Optional<String>> exactSource) {
        this.source = source;
        this.exactSource = exactSource;
    }

    /** Notes that a setting is read. */
    void describe(String key, String alias, String defaultValue) {
        described.put(key, new SettingsReader.Described(key, alias, defaultValue));
    }

    List<SettingsReader.Described> described() {
        return List.copyOf(described.values());
    }

    void refuse(String error) {
        errors.add(error);
    }

    List<String> errors() {
        return List.copyOf(errors);
    }

    /** A value with what it refers to, without white space around it; a blank one counts as none. */
    Optional<String> value(String key, String alias) {
        return byKeyOrAlias(key, alias, this::expanded);
    }

    /** A value to its last character; an empty one counts as none. */
    Optional<String> exact(String key, String alias) {
        return byKeyOrAlias(key, alias, name -> exactSource.apply(name).filter(value -> !value.isEmpty()));
    }

    /** What a message calls the setting. */
    static String name(String key, String alias) {
        return alias == null ? key : key + " (" + alias + ")";
    }

    private static Optional<String> byKeyOrAlias(
            String key, String alias, Function<String, Optional<String>> lookUp) {
        Optional<String> byKey = lookUp.apply(key);
        return byKey.isPresent() || alias == null ? byKey : lookUp.apply(alias);
    }

    private Optional<String> expanded(String name) {
        try {
            // of two dollar signs one would be left, and nobody would hear of it
            if (exactSource.apply(name).filter(value -> value.contains("$$")).isPresent()) {
                errors.add(name + " must not contain \"$$\", which would be read as \"$\"");
                return Optional.empty();
            }
            return source.apply(name).filter(value -> !value.isBlank()).map(String::strip);
        } catch (NoSuchElementException | IllegalArgumentException e) {
            errors.add(name + " cannot be expanded: write \"\\${\" for \"${\" itself");
            return Optional.empty();
        }
    }
}
