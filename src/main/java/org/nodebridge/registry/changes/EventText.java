// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.changes;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * An event as the stream has it, made into bytes a piece at a time: the text itself is shared with all who watch, and a
 * copy for each slow client would cost as much as all of them hold. Not thread-safe.
 */
final class EventText {

    private final CharsetEncoder encoder = StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final Deque<CharBuffer> left = new ArrayDeque<>();

    /** @param id {@code null} for none */
    EventText(StreamEvent event, String id) {
        StringBuilder before = new StringBuilder(64);
        if (event.name() == null) {
            before.append(": ");
        } else {
            if (id != null) {
                before.append("id: ").append(id).append('\n');
            }
            before.append("event: ").append(event.name()).append("\ndata: ");
        }
        left.add(CharBuffer.wrap(before));
        left.add(CharBuffer.wrap(event.data()));
        left.add(CharBuffer.wrap("\n\n"));
    }

    boolean hasMore() {
        return !left.isEmpty();
    }

    /** The next bytes, at most so many, which must be more than a character has. */
    byte[] next(int most) {
        ByteBuffer piece = ByteBuffer.allocate(most);
        while (!left.isEmpty()) {
            CharBuffer text = left.peek();
            if (encoder.encode(text, piece, true).isOverflow()) {
                break;
            }
            encoder.reset();
            left.remove();
        }
        byte[] bytes = new byte[piece.position()];
        piece.flip().get(bytes);
        return bytes;
    }
}
