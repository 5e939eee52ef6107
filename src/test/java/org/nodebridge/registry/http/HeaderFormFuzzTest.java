// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.fuzz.Bounded;
import org.nodebridge.registry.fuzz.Texts;

class HeaderFormFuzzTest {

    /** RESTEasy reads the weights of what passes as numbers, and fails at any other. */
    @MethodSource("seeds")
    @FuzzTest
    void everyWeightThatPassesIsANumber(byte[] input) {
        for (String text : Texts.of(input)) {
            for (HeaderForm form : HeaderForm.values()) {
                boolean readable = Bounded.time(() -> form.fits(text));
                if (readable) {
                    weights(text).forEach(weight -> assertThat(Float.parseFloat(weight)).as("%s: %s", form, text)
                            .isFinite());
                }
            }
        }
    }

    private static Stream<String> weights(String text) {
        return Arrays.stream(text.split("[;,]", -1))
                .filter(part -> part.indexOf('=') >= 0 && text.contains(";" + part))
                .filter(part -> part.substring(0, part.indexOf('=')).strip().equalsIgnoreCase("q"))
                .map(part -> part.substring(part.indexOf('=') + 1).strip());
    }

    static Stream<byte[]> seeds() {
        return Texts.seeds(
                "*/*", "text/html;q=0.8, application/json", "a/b;q=", "a/b;q=" + "1".repeat(30_000), "a/b;q=x",
                "a/b;q=.",
                "a/b; Q = 1 ,c/d", "a/b;q=1e5", "a/b;q=\u0661", "a/b;q=1;q=x", ";" + " ".repeat(30_000),
                ";q=".repeat(10_000),
                "a/b; q=\"", "a/b;charset=utf-8;Q=x", "a/b;q=NaN", "a/b;q=-1", "a/b;\u00a0q=1x");
    }
}
