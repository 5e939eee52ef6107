// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTest {

    @Test
    void givesEachLineWithItsNumber() throws IOException {
        assertThat(read("a\nbc\n\nd")).containsExactly("1 a", "2 bc", "3 ", "4 d");
        assertThat(read("a\n")).containsExactly("1 a");
        assertThat(read("\n")).containsExactly("1 ");
        assertThat(read("")).isEmpty();
    }

    @Test
    void knowsABlankLine() throws IOException {
        Lines lines = lines("  \t\r\n x");

        assertThat(lines.next()).isTrue();
        assertThat(lines.isBlank()).isTrue();
        assertThat(lines.next()).isTrue();
        assertThat(lines.isBlank()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 1024 * 1024})
    void readsLinesAcrossTheBoundsOfItsBuffer(int length) throws IOException {
        Lines lines = lines("x".repeat(length) + "\ny\n");

        assertThat(lines.next()).isTrue();
        assertThat(lines.bytes()).hasSize(length);
        assertThat(lines.isTooLong()).isFalse();
        assertThat(lines.next()).isTrue();
        assertThat(lines.bytes()).isEqualTo(new byte[] {'y'});
        assertThat(lines.next()).isFalse();
    }

    @Test
    void keepsNoMoreOfALineThanMayBe() throws IOException {
        Lines lines = lines("x".repeat(3 * Lines.LONGEST) + "\ny\n");

        lines.next();

        assertThat(lines.isTooLong()).isTrue();
        assertThat(lines.bytes()).hasSize(Lines.LONGEST);
        lines.next();
        assertThat(lines.isTooLong()).isFalse();
        assertThat(lines.number()).isEqualTo(2);
    }

    @Test
    void readsWhatComesByteByByte() throws IOException {
        InputStream slow = new ByteArrayInputStream("ab\ncd".getBytes(UTF_8)) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, 1);
            }
        };

        assertThat(all(new Lines(slow))).containsExactly("1 ab", "2 cd");
    }

    private static List<String> read(String text) throws IOException {
        return all(lines(text));
    }

    private static List<String> all(Lines lines) throws IOException {
        List<String> all = new ArrayList<>();
        while (lines.next()) {
            all.add(lines.number() + " " + new String(lines.bytes(), UTF_8));
        }
        return all;
    }

    private static Lines lines(String text) {
        return new Lines(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }
}
