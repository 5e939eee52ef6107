// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.value;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nodebridge.registry.event.Characters;
import org.nodebridge.registry.event.NodeType;

/**
 * Reads settings one by one, notes what each is called and what it defaults to, and collects what is wrong with
 * them, so that a start with three bad settings names all three. Not thread-safe.
 */
public final class SettingsReader {

    /** What a setting is called and its default. */
    public record Described(String key, String alias, String defaultValue) {}

    private static final Duration LONGEST = Duration.ofDays(3650);

    private final Function<String, Optional<String>> source;
    private final Function<String, Optional<String>> exactSource;
    private final Map<String, Described> described = new LinkedHashMap<>();
    private final List<String> errors = new ArrayList<>();

    /** @param source finds the raw value of a key, such as {@code Config.getOptionalValue(key, String.class)} */
    public SettingsReader(Function<String, Optional<String>> source) {
        this(source, source);
    }

    /** @param exactSource finds a value as it was given: nothing in it is expanded or unescaped */
    public SettingsReader(
            Function<String, Optional<String>> source, Function<String, Optional<String>> exactSource) {
        this.source = source;
        this.exactSource = exactSource;
    }

    /** A setting for each node type, by the type's name on the wire. */
    public static <T> Map<String, T> byNodeType(Function<String, T> setting) {
        return Stream.of(NodeType.values())
                .map(NodeType::wireName)
                .collect(Collectors.toUnmodifiableMap(Function.identity(), setting));
    }

    /** Every setting asked for so far, in that order. */
    public List<Described> described() {
        return List.copyOf(described.values());
    }

    /** What is wrong, a line a setting; each begins with the setting's name and quotes no secret. */
    public List<String> errors() {
        return List.copyOf(errors);
    }

    public String text(String key, String alias, String defaultValue) {
        return read(key, alias, defaultValue, Function.identity());
    }

    /** A value that must not show up in an error message, and counts to the last character. */
    public Secret secret(String key, String alias) {
        described.put(key, new Described(key, alias, ""));
        Optional<String> byKey = exactSource.apply(key).filter(value -> !value.isEmpty());
        Optional<String> given = byKey.isPresent() || alias == null
                ? byKey
                : exactSource.apply(alias).filter(value -> !value.isEmpty());
        return exact(given.orElse(""), name(key, alias));
    }

    private Secret exact(String value, String name) {
        if (!value.equals(value.strip())) {
            errors.add(name + " must not begin or end with white space or a line break");
        }
        if (value.indexOf('\ufffd') >= 0) {
            errors.add(name + " has characters that the process's locale does not know; set LC_ALL=C.UTF-8");
        }
        return new Secret(value);
    }

    /**
     * A secret that the server reads from the same variable. The server takes a dollar sign before another or before a
     * brace for one of its own, and braces at the beginning for the name of a code, as in {@code {xor}Lz4=}; so a value
     * with these is refused rather than changed.
     *
     * @param serverDefault what the server has where nobody sets it
     */
    public void secretOfServer(String key, String serverDefault) {
        String value = secret(key, null).value();
        described.put(key, new Described(key, null, serverDefault));
        if (value.equals(serverDefault)) {
            return;
        }
        if (value.contains("$$") || value.contains("${")) {
            errors.add(key + " must not contain \"$$\" or \"${\": the server would change them");
        }
        if (value.startsWith("{") && value.indexOf('}') > 0) {
            errors.add(key + " must not begin with a word in braces: the server would decode what is behind it");
        }
    }

    /** A secret, or by {@code <key>-file} and {@code <alias>_FILE} the name of a file that holds it. */
    public Secret secretOrFile(String key, String alias) {
        Secret secret = secret(key, alias);
        String fileKey = key + "-file";
        String fileAlias = alias + "_FILE";
        described.put(fileKey, new Described(fileKey, fileAlias, ""));
        Optional<String> file = raw(fileKey, fileAlias);
        if (file.isEmpty()) {
            return secret;
        }
        if (!secret.isEmpty()) {
            errors.add(name(fileKey, fileAlias) + " must not be given beside " + name(key, alias));
            return secret;
        }
        try {
            // a line is how most tools write one value
            String value = Files.readString(Path.of(file.get())).replaceFirst("\\R\\z", "");
            if (value.isBlank()) {
                errors.add(name(fileKey, fileAlias) + " must name a file that is not empty");
            }
            return exact(value, "the value in the file that " + name(fileKey, fileAlias) + " names");
        } catch (IOException | InvalidPathException e) {
            errors.add(name(fileKey, fileAlias) + " must name a file that can be read, but is \"" + file.get() + "\"");
            return secret;
        }
    }

    /** A secret or its file, sent as an HTTP header, which carries visible ASCII only. */
    public Secret headerSecret(String key, String alias) {
        Secret secret = secretOrFile(key, alias);
        if (!secret.value().matches("[!-~]*")) {
            errors.add(name(key, alias) + " must be visible ASCII characters without spaces");
        }
        return secret;
    }

    /** A file that is there and can be read; empty for none. */
    public String file(String key, String alias) {
        return noneOr(key, alias, value -> Files.isReadable(Path.of(value)), "must name a file that can be read");
    }

    /** A PEM file of certificates; empty for none. */
    public String certificates(String key, String alias) {
        return noneOr(
                key, alias, value -> KeyFiles.holdCertificates(key, value), "must name a PEM file of certificates");
    }

    /** The address of a JWKS, or a file that holds one or a PEM key or certificate; empty for none. */
    public String keys(String key, String alias) {
        return noneOr(
                key, alias, value -> value.matches("https?://.+") || KeyFiles.holdKeys(value),
                "must be the URL of a JWKS, or a file with a JWKS or a PEM key");
    }

    /** A file that holds a JWKS, a PEM key or a PEM certificate; empty for none. */
    public String keysFile(String key, String alias) {
        return noneOr(
                key, alias, KeyFiles::holdKeys,
                "must name a file with a JWKS, a PEM key or a PEM certificate");
    }

    /** A value that is good, or empty for none; the rule says in an error what is good. */
    public String noneOr(String key, String alias, Predicate<String> good, String rule) {
        return read(key, alias, "", value -> {
            if (!value.isEmpty() && !good.test(value)) {
                throw new IllegalArgumentException(rule);
            }
            return value;
        });
    }

    /** Notes what is wrong with settings that are good only together. */
    public void refuse(String error) {
        errors.add(error);
    }

    /** CIDR blocks with commas between. */
    public AddressAllowList addresses(String key, String alias, String defaultValue) {
        return read(key, alias, defaultValue, value -> AddressAllowList.parse(items(value)));
    }

    public List<String> texts(String key, String alias, String defaultValue) {
        return read(key, alias, defaultValue, SettingsReader::items);
    }

    public String matching(String key, String alias, String defaultValue, String pattern, String rule) {
        return read(key, alias, defaultValue, value -> {
            if (!value.matches(pattern)) {
                throw new IllegalArgumentException(rule);
            }
            return value;
        });
    }

    public int number(String key, String alias, int defaultValue, int least, int most) {
        return read(key, alias, Integer.toString(defaultValue), value -> {
            String rule = "must be a whole number from " + least + " to " + most;
            long number = Characters.wholeNumber(value, most).orElse(-1);
            if (number < least) {
                throw new IllegalArgumentException(rule);
            }
            return (int) number;
        });
    }

    public int port(String key, String alias, int defaultValue) {
        return number(key, alias, defaultValue, 1, 65_535);
    }

    public boolean flag(String key, String alias, boolean defaultValue) {
        return read(key, alias, Boolean.toString(defaultValue), value -> switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        });
    }

    /** An ISO-8601 duration longer than nothing. */
    public Duration duration(String key, String alias, String defaultValue) {
        return read(key, alias, defaultValue, value -> {
            Duration duration;
            try {
                duration = Duration.parse(value);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("must be an ISO-8601 duration such as PT30S", e);
            }
            if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("must be longer than nothing and shorter than ten years");
            }
            return duration;
        });
    }

    public <E extends Enum<E>> E choice(String key, String alias, E defaultValue) {
        return read(key, alias, wireName(defaultValue), value -> {
            E[] choices = defaultValue.getDeclaringClass().getEnumConstants();
            return Arrays.stream(choices)
                    .filter(choice -> wireName(choice).equals(value))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("must be one of "
                            + String.join(", ", Arrays.stream(choices).map(SettingsReader::wireName).toList())));
        });
    }

    private <T> T read(String key, String alias, String defaultValue, Function<String, T> parse) {
        described.put(key, new Described(key, alias, defaultValue));
        Optional<String> given = raw(key, alias);
        if (given.isPresent()) {
            try {
                return parse.apply(given.get());
            } catch (IllegalArgumentException e) {
                errors.add(name(key, alias) + " " + e.getMessage() + ", but is \"" + given.get() + "\"");
            }
        }
        return parse.apply(defaultValue);
    }

    private static List<String> items(String value) {
        return Arrays.stream(value.split(",")).map(String::strip).filter(item -> !item.isEmpty()).toList();
    }

    private Optional<String> raw(String key, String alias) {
        Optional<String> byKey = given(key);
        return byKey.isPresent() || alias == null ? byKey : given(alias);
    }

    private Optional<String> given(String name) {
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

    private static String name(String key, String alias) {
        return alias == null ? key : key + " (" + alias + ")";
    }

    private static String wireName(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
