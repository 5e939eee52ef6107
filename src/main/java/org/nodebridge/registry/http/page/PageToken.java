// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.page;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.nodebridge.registry.http.InvalidInputException;

/** The form that a place in a listing has in a URL, for every listing. */
public final class PageToken {

    private PageToken() {}

    public static String encoded(String place) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    /** The place; empty when it is no token. What it says is for the listing to judge. */
    public static Optional<String> decoded(String token) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (IllegalArgumentException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** What a token that is none, or says nothing sensible, is answered. */
    public static InvalidInputException refused() {
        return new InvalidInputException("cursor", "must be a next_cursor of an earlier page");
    }
}
