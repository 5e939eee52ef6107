// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.body;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What a gzip stream (RFC 1952) holds, read to the end of its last member. Unlike the JDK's, it takes nothing that
 * follows a member for no matter, and does not end where the next member has not arrived yet: what is cut off anywhere,
 * or has another checksum or length than it says, is a {@link BrokenEncodingException}. Of one thread; holds memory
 * outside the heap until it has been read to its end, has failed or is closed.
 */
final class GzipStream extends InputStream {

    private static final int MAGIC = 0x8b1f;
    private static final int DEFLATED = 8;
    private static final int HEADER_CHECKSUM = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xe0;

    private final InputStream in;
    private final byte[] buffer = new byte[4096];
    private final Inflater inflater = new Inflater(true);
    private final CRC32 checksum = new CRC32();
    private int position;
    private int limit;
    private boolean inMember;
    private boolean anyMember;
    private boolean ended;
    private IOException failure;

    GzipStream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] next = new byte[1];
        return read(next, 0, 1) < 0 ? -1 : next[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (failure != null) {
            throw failure;
        }
        try {
            int count = 0;
            while (!ended && count == 0) {
                if (inMember || beginsMember()) {
                    count = inflate(bytes, offset, length);
                }
            }
            return count == 0 ? -1 : count;
        } catch (IOException e) {
            close();
            failure = e; // which must not read as an end
            throw e;
        }
    }

    /** Whether there is nothing more to read. */
    boolean isEnded() {
        return ended;
    }

    /** The stream below stays open: it is the container's. */
    @Override
    public void close() {
        ended = true;
        inflater.end();
    }

    private int inflate(byte[] bytes, int offset, int length) throws IOException {
        try {
            int count = inflater.inflate(bytes, offset, length);
            checksum.update(bytes, offset, count);
            if (inflater.finished()) {
                position = limit - inflater.getRemaining();
                checkTrailer();
            } else if (inflater.needsDictionary()) {
                throw new BrokenEncodingException("gzip needs no dictionary, and this body does");
            } else if (count == 0 && inflater.needsInput()) {
                fill();
                inflater.setInput(buffer, position, limit - position);
            }
            return count;
        } catch (DataFormatException e) {
            throw new BrokenEncodingException("gzip is what the body is not: its data is corrupt");
        }
    }

    private void checkTrailer() throws IOException {
        long actual = checksum.getValue();
        long crc = number(4);
        long size = number(4);
        if (crc != actual || size != (inflater.getBytesWritten() & 0xffffffffL)) {
            throw new BrokenEncodingException("gzip is what the body is not: its checksum or length is another");
        }
        inMember = false;
    }

    /** Whether another member begins here; else all is read. */
    private boolean beginsMember() throws IOException {
        if (anyMember && position == limit && !hasMore()) {
            close();
            return false;
        }
        checksum.reset();
        if (number(2) != MAGIC || number(1) != DEFLATED) {
            throw new BrokenEncodingException(anyMember
                    ? "gzip ends before the body does"
                    : "gzip is what the body is not: it does not begin so");
        }
        int flags = (int) number(1);
        if ((flags & RESERVED) != 0) {
            throw new BrokenEncodingException("gzip has no such flags as the body");
        }
        number(4);
        number(2); // the time of a file, and by what it was made
        if ((flags & EXTRA) != 0) {
            for (long left = number(2); left > 0; left--) {
                next();
            }
        }
        skipText(flags & NAME);
        skipText(flags & COMMENT);
        if ((flags & HEADER_CHECKSUM) != 0) {
            long crc = checksum.getValue() & 0xffff;
            if (number(2) != crc) {
                throw new BrokenEncodingException("gzip is what the body is not: its head has another checksum");
            }
        }
        checksum.reset();
        inflater.reset();
        inflater.setInput(buffer, position, limit - position);
        anyMember = true;
        inMember = true;
        return true;
    }

    private void skipText(int flag) throws IOException {
        while (flag != 0 && next() != 0) {
            // up to its end
        }
    }

    /** The lowest byte first. */
    private long number(int bytes) throws IOException {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number |= (long) next() << (8 * i);
        }
        return number;
    }

    private int next() throws IOException {
        if (position == limit) {
            fill();
        }
        int next = buffer[position++] & 0xff;
        checksum.update(next);
        return next;
    }

    private void fill() throws IOException {
        if (!hasMore()) {
            throw new BrokenEncodingException("gzip goes on where the body is cut off");
        }
    }

    /** Reads on, for which all that was there has been used. */
    private boolean hasMore() throws IOException {
        position = 0;
        limit = Math.max(0, in.read(buffer, 0, buffer.length));
        return limit > 0;
    }
}
