// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.page;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.nodebridge.registry.http.InvalidInputException;

/** The place in a listing where a page ended: the last node's id, in a form that is safe in a URL. */
public record Cursor(String lastNodeId) {

    public static final Cursor START = new Cursor("");

    public String encoded() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(lastNodeId.getBytes(StandardCharsets.UTF_8));
    }

    public static Cursor decode(String encoded) {
        if (encoded == null) {
            return START;
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(encoded);
            String lastNodeId =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            // PostgreSQL knows no text with U+0000, and no node has such an id
            if (lastNodeId.indexOf('\0') < 0) {
                return new Cursor(lastNodeId);
            }
        } catch (IllegalArgumentException | CharacterCodingException e) {
            // told below
        }
        throw new InvalidInputException("cursor", "must be a next_cursor of an earlier page");
    }
}
