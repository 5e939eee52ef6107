// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.fuzz.Bounded;
import org.nodebridge.registry.fuzz.Texts;

class CorrelationIdFuzzTest {

    @MethodSource("seeds")
    @FuzzTest
    void whatIsTakenCanNeitherForgeALogLineNorGrow(byte[] input) {
        for (String text : Texts.of(input)) {
            if (Bounded.time(() -> CorrelationId.isSafe(text))) {
                assertThat(text).hasSizeBetween(1, 128);
                assertThat(text.chars()).allMatch(c -> c > ' ' && c < 127 && c != '"' && c != '\\' && c != '<');
                CorrelationId.begin(text);
                try {
                    assertThat(CorrelationId.forEvent(false)).isEqualTo(text);
                    CorrelationId.currentUuid()
                            .ifPresent(id -> assertThat(id.toString()).isEqualToIgnoringCase(text));
                } finally {
                    CorrelationId.end();
                }
            }
        }
    }

    static Stream<byte[]> seeds() {
        return Texts.seeds(
                "8e03978e-40d5-43dd-bc93-6894a57f9324", "8E03978E-40D5-43DD-BC93-6894A57F9324", "a.b_c:d/e@f=g+h-i", "",
                "a b", "a\r\nb", "\u00e4", "a".repeat(128), "a".repeat(129), "\u202e", "<script>", "a\"b", "a\\b");
    }
}
