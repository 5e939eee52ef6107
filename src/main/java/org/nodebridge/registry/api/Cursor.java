package org.nodebridge.registry.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The place in a listing where a page ended: the last node's id, in a form that is safe in a URL. */
record Cursor(String lastNodeId) {

    static final Cursor START = new Cursor("");

    String encoded() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(lastNodeId.getBytes(StandardCharsets.UTF_8));
    }

    static Cursor decode(String encoded) {
        if (encoded == null) {
            return START;
        }
        try {
            return new Cursor(new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException("cursor", "must be a next_cursor of an earlier page");
        }
    }
}
