// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/** The lines of a stream, one after the other; of one that is too long no more is kept than may be. Not thread-safe. */
final class Lines {

    /** As long as a record on Kafka may be. */
    static final int LONGEST = 1024 * 1024;

    private final InputStream in;
    private final byte[] buffer = new byte[16 * 1024];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int end;
    private int number;
    private boolean tooLong;

    Lines(InputStream in) {
        this.in = in;
    }

    /** Goes to the next line; false when there is none. */
    boolean next() throws IOException {
        line.reset();
        tooLong = false;
        boolean any = false;
        number++;
        while (position < end || fill()) {
            any = true;
            int newline = newline();
            keep(newline - position);
            position = newline;
            if (position < end) {
                position++;
                return true;
            }
        }
        if (!any) {
            number--;
        }
        return any;
    }

    /** The number of the line it is at, from 1; of the one it was reading when that failed. */
    int number() {
        return number;
    }

    /** The line without its end. */
    byte[] bytes() {
        return line.toByteArray();
    }

    /** Whether {@link #bytes} is only the beginning of it. */
    boolean isTooLong() {
        return tooLong;
    }

    /** Whether nothing but spaces is on it. */
    boolean isBlank() {
        for (byte each : line.toByteArray()) {
            if (each != ' ' && each != '\t' && each != '\r') {
                return false;
            }
        }
        return true;
    }

    private int newline() {
        for (int i = position; i < end; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return end;
    }

    private void keep(int count) {
        int room = Math.min(count, LONGEST - line.size());
        line.write(buffer, position, room);
        tooLong |= room < count;
    }

    private boolean fill() throws IOException {
        position = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }
}
