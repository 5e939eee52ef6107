// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Says what JAX-RS does not: it puts U+FFFD for what is no UTF-8, so that {@code %ff} would name a node of that id. */
final class PercentEncoding {

    private PercentEncoding() {}

    /** Whether the bytes behind {@code %XX} are UTF-8, in one pass; {@code text} is a part of a valid URI. */
    static boolean isUtf8(String text) {
        if (text.indexOf('%') < 0) {
            return true;
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%' && i + 2 < text.length()) {
                bytes.put((byte) Integer.parseInt(text, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.put((byte) '-'); // any byte that is no continuation ends the character before it
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes.flip());
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
