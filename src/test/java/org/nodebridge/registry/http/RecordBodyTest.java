// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import jakarta.validation.Constraint;
import jakarta.validation.Payload;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.event.FieldError;

class RecordBodyTest {

    record Form(
            @NotNull(message = "must be there") Object from,
            @Pattern(regexp = "a|b", message = "must be a or b") String oneOf,
            @Size(min = 2, max = 3, message = "2 or 3") List<
                    @Pattern(regexp = "x+", message = "must be x") String> someTexts,
            @Min(1) @Max(10) Integer howMany,
            Boolean dryRun,
            Instant at) {}

    private static Form read(String body) {
        RegistrySettings settings =
                RegistrySettings.read(key -> Optional.ofNullable(Map.<String, String>of().get(key)));
        return new JsonBodies(settings).read(body.getBytes(UTF_8), Form.class);
    }

    @Test
    void readsEachMemberByItsComponent() {
        Form form = read("""
                {"from": {"t-0": 1}, "one_of": "b", "some_texts": ["x", "xx"], "how_many": 10, "dry_run": true,
                 "at": "2026-01-31T12:00:00+02:00"}""");

        assertThat(form.from()).hasToString("{\"t-0\":1}");
        assertThat(form.oneOf()).isEqualTo("b");
        assertThat(form.someTexts()).containsExactly("x", "xx");
        assertThat(form.howMany()).isEqualTo(10);
        assertThat(form.dryRun()).isTrue();
        assertThat(form.at()).isEqualTo(Instant.parse("2026-01-31T10:00:00Z"));
    }

    @Test
    void readsWhatIsMissingAsNull() {
        assertThat(read("{\"from\": 1}")).usingRecursiveComparison().ignoringFields("from")
                .isEqualTo(new Form(null, null, null, null, null, null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "one_of": "c"              | one_of        | must be a or b
            "one_of": 7                | one_of        | must be a string
            "some_texts": ["x","y"]    | some_texts[1] | must be x
            "some_texts": ["x"]        | some_texts    | 2 or 3
            "some_texts": ["x","x","x","x"] | some_texts | 2 or 3
            "some_texts": []           | some_texts    | must be a list of strings that is not empty
            "how_many": 0              | how_many      | must be a whole number from 1 to 10
            "how_many": 11             | how_many      | must be a whole number from 1 to 10
            "how_many": 1.5            | how_many      | must be a whole number from 1 to 10
            "dry_run": "yes"           | dry_run       | must be true or false
            "at": "noon" | at | must be an ISO-8601 time of the years 1 to 9999 with a zone, and with a fraction of 9 \
            digits at most, such as 2026-01-31T12:00:00Z
            "dry_run": null | dry_run | must not be null: leave it out, or say what it is
            "some_texts": null | some_texts | must not be null: leave it out, or say what it is
            "how_many": null | how_many | must not be null: leave it out, or say what it is
            "at": null | at | must not be null: leave it out, or say what it is
            "one_of": null | one_of | must not be null: leave it out, or say what it is
            "dryrun": true             | dryrun        | is not known here; there are [at, dry_run, from, how_many, \
            one_of, some_texts]
            """)
    void namesTheBrokenMember(String member, String field, String message) {
        assertThat(errors("{\"from\": 1, " + member + "}")).containsExactly(new FieldError(field, message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"from\": null}"})
    void namesAMissingMember(String body) {
        assertThat(errors(body)).containsExactly(new FieldError("from", "must be there"));
    }

    @Test
    void namesAllBrokenMembersAtOnce() {
        assertThat(errors("{\"one_of\": \"c\", \"how_many\": 0}")).extracting(FieldError::field)
                .containsExactly("from", "one_of", "how_many");
    }

    record Unchecked(@Email String mail) {}

    record UncheckedItems(List<@Size(max = 3) String> texts) {}

    record Unbounded(@Min(1) Integer number) {}

    record OfAnotherType(Long number) {}

    record OfOtherItems(List<Integer> numbers) {}

    record WithFlags(@Pattern(regexp = "a", flags = Pattern.Flag.CASE_INSENSITIVE) String text) {}

    record InAGroup(@NotNull(groups = Form.class) String text) {}

    record WithAnotherMessage(@Min(value = 1, message = "is too small") @Max(10) Integer number) {}

    record Cascaded(@Valid Object other) {}

    record Twice(@Pattern(regexp = "a.") @Pattern(regexp = ".b") String text) {}

    @Constraint(validatedBy = {})
    @Retention(RetentionPolicy.RUNTIME)
    @interface Ours {
        String message() default "";

        Class<?>[] groups() default {};

        Class<? extends Payload>[] payload() default {};
    }

    record OfOurs(@Ours String text) {}

    @Ours
    record OursAsAWhole(String text) {}

    @ParameterizedTest
    @ValueSource(
            classes = {
                Unchecked.class, UncheckedItems.class, Unbounded.class, OfAnotherType.class, OfOtherItems.class,
                WithFlags.class, InAGroup.class, WithAnotherMessage.class, Cascaded.class, Twice.class, OfOurs.class,
                OursAsAWhole.class
            })
    void takesNoFormThatItWouldNotCheckWhole(Class<? extends Record> form) {
        assertThatThrownBy(() -> new RecordBody<>(form)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<FieldError> errors(String body) {
        return catchThrowableOfType(InvalidInputException.class, () -> read(body)).errors();
    }
}
