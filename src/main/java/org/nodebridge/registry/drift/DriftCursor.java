// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.drift;

import java.util.List;
import org.nodebridge.registry.http.InvalidInputException;
import org.nodebridge.registry.http.page.Cursor;

/** The place in a listing of drift where a page ended; in the form of {@link Cursor}, as it is three things in one. */
public final class DriftCursor {

    /** Stands in no id that PostgreSQL keeps for a node or a Consul node by accident. */
    private static final String SEPARATOR = "\u001f";

    private DriftCursor() {}

    public static String encode(Drift.Key key) {
        return new Cursor(String.join(SEPARATOR, key.kind().wireName(), key.consulNode(), key.nodeId())).encoded();
    }

    /** {@code null} for the beginning. */
    @SuppressWarnings("ReferenceEquality") // one that came with the request may be equal to it
    public static Drift.Key decode(String encoded) {
        Cursor cursor = Cursor.decode(encoded);
        if (cursor == Cursor.START) {
            return null;
        }
        List<String> parts = List.of(cursor.lastNodeId().split(SEPARATOR, 3));
        if (parts.size() == 3) {
            var kind = Drift.Kind.ofWireName(parts.get(0));
            if (kind.isPresent()) {
                return new Drift.Key(parts.get(2), kind.get(), parts.get(1));
            }
        }
        throw new InvalidInputException("cursor", "must be a next_cursor of an earlier page");
    }
}
