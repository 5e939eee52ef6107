// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.fuzz.Bounded;
import org.nodebridge.registry.fuzz.Texts;

class AcceptFuzzTest {

    /** RESTEasy reads the weights of what passes as numbers, and fails at any other. */
    @MethodSource("seeds")
    @FuzzTest
    void everyWeightThatPassesIsANumber(byte[] input) {
        for (String text : Texts.of(input)) {
            boolean readable = Bounded.time(() -> HeaderForm.ACCEPT.fits(text));
            if (readable) {
                for (String part : text.split("[;,]", -1)) {
                    int sign = part.indexOf('=');
                    boolean weight = sign >= 0 && part.substring(0, sign).strip().equalsIgnoreCase("q")
                            && text.contains(";" + part);
                    if (weight) {
                        assertThat(Float.parseFloat(part.substring(sign + 1).strip())).as(text).isFinite();
                    }
                }
            }
        }
    }

    static Stream<byte[]> seeds() {
        return Texts.seeds(
                "*/*", "text/html;q=0.8, application/json", "a/b;q=", "a/b;q=" + "1".repeat(30_000), "a/b;q=x",
                "a/b;q=.",
                "a/b; Q = 1 ,c/d", "a/b;q=1e5", "a/b;q=\u0661", "a/b;q=1;q=x", ";" + " ".repeat(30_000),
                ";q=".repeat(10_000),
                "a/b;q=NaN", "a/b;q=-1", "a/b;\u00a0q=1x");
    }
}
