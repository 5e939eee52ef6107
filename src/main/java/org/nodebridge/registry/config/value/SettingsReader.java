// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.config.value;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    private final GivenValues given;
    private final SecretReader secrets;

    /** @param source finds the raw value of a key, such as {@code Config.getOptionalValue(key, String.class)} */
    public SettingsReader(Function<String, Optional<String>> source) {
        this(source, source);
    }

    /** @param exactSource finds a value as it was given: nothing in it is expanded or unescaped */
    public SettingsReader(
            Function<String, Optional<String>> source, Function<String, Optional<String>> exactSource) {
        given = new GivenValues(source, exactSource);
        secrets = new SecretReader(given);
    }

    /** A setting for each node type, by the type's name on the wire. */
    public static <T> Map<String, T> byNodeType(Function<String, T> setting) {
        return Stream.of(NodeType.values())
                .map(NodeType::wireName)
                .collect(Collectors.toUnmodifiableMap(Function.identity(), setting));
    }

    /** Every setting asked for so far, in that order. */
    public List<Described> described() {
        return given.described();
    }

    /** What is wrong, a line a setting; each begins with the setting's name and quotes no secret. */
    public List<String> errors() {
        return given.errors();
    }

    public String text(String key, String alias, String defaultValue) {
        return read(key, alias, defaultValue, Function.identity());
    }

    /**
     * A secret that the server reads from the same variable; one that the server would change is refused.
     *
     * @param serverDefault what the server has where nobody sets it
     */
    public void secretOfServer(String key, String serverDefault) {
        secrets.ofServer(key, serverDefault);
    }

    /** A secret, or by {@code <key>-file} and {@code <alias>_FILE} the name of a file that holds it. */
    public Secret secretOrFile(String key, String alias) {
        return secrets.orFile(key, alias);
    }

    /** A secret or its file, sent as an HTTP header, which carries visible ASCII only. */
    public Secret headerSecret(String key, String alias) {
        return secrets.ofHeader(key, alias);
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
        given.refuse(error);
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
        given.describe(key, alias, defaultValue);
        Optional<String> value = given.value(key, alias);
        if (value.isPresent()) {
            try {
                return parse.apply(value.get());
            } catch (IllegalArgumentException e) {
                given.refuse(GivenValues.name(key, alias) + " " + e.getMessage() + ", but is \"" + value.get() + "\"");
            }
        }
        return parse.apply(defaultValue);
    }

    private static List<String> items(String value) {
        return Arrays.stream(value.split(",")).map(String::strip).filter(item -> !item.isEmpty()).toList();
    }

    private static String wireName(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
