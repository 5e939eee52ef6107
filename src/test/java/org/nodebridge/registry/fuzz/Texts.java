// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Texts out of the bytes that a fuzz test is given. */
public final class Texts {

    private Texts() {}

    /** The bytes as UTF-8 and, since that never gives half a surrogate pair, as UTF-16. */
    public static List<String> of(byte[] input) {
        return List.of(new String(input, StandardCharsets.UTF_8), units(input));
    }

    /** Seeds for a fuzz test that reads text. */
    public static Stream<byte[]> seeds(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static String units(byte[] input) {
        StringBuilder text = new StringBuilder(input.length / 2);
        for (int i = 0; i + 1 < input.length; i += 2) {
            text.append((char) ((input[i] & 0xff) << 8 | input[i + 1] & 0xff));
        }
        return text.toString();
    }
}
