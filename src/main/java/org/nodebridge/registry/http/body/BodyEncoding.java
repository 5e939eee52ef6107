// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import java.util.Locale;
import java.util.Optional;

/** In what a body may be encoded, as {@code Content-Encoding} says. */
public enum BodyEncoding {
    IDENTITY,
    GZIP;

    public static final String HEADER = "Content-Encoding";

    /** As {@code Accept-Encoding} names them in an answer. */
    public static final String SUPPORTED = "gzip, identity";

    /**
     * The encoding that a header's value names; empty for one that is not supported, and for several.
     *
     * @param header {@code null} where there is none
     */
    public static Optional<BodyEncoding> of(String header) {
        return switch (header == null ? "" : header.strip().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> Optional.of(IDENTITY);
            case "gzip", "x-gzip" -> Optional.of(GZIP);
            default -> Optional.empty();
        };
    }
}
