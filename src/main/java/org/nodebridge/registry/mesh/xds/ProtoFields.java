// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Goes through the fields of a protobuf message: {@link #next()}, then one of the readers or none. What is not read is
 * skipped. Time and memory are in proportion to the message's length. For one thread.
 */
final class ProtoFields {

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    private final ByteBuffer bytes;
    private int wireType;
    private ByteBuffer value;
    private long number;

    ProtoFields(byte[] message) {
        this(ByteBuffer.wrap(message));
    }

    private ProtoFields(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** The number of the next field; 0 at the end. */
    int next() throws MalformedMessageException {
        if (!bytes.hasRemaining()) {
            return 0;
        }
        long tag = varint();
        wireType = (int) (tag & 7);
        long field = tag >>> 3;
        if (field < 1 || field > 0x1fffffff) {
            throw new MalformedMessageException("has a field of the number " + field);
        }
        switch (wireType) {
            case VARINT -> number = varint();
            case FIXED_64 -> value = take(8);
            case LENGTH_DELIMITED -> value = take(varint());
            case FIXED_32 -> value = take(4);
            default -> throw new MalformedMessageException("has a field of the wire type " + wireType);
        }
        return (int) field;
    }

    String text() throws MalformedMessageException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(delimited()).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedMessageException("has text that is not UTF-8");
        }
    }

    ProtoFields message() throws MalformedMessageException {
        return new ProtoFields(delimited());
    }

    long number() throws MalformedMessageException {
        if (wireType != VARINT) {
            throw new MalformedMessageException("has no number where one belongs");
        }
        return number;
    }

    private ByteBuffer delimited() throws MalformedMessageException {
        if (wireType != LENGTH_DELIMITED) {
            throw new MalformedMessageException("has no text or message where one belongs");
        }
        return value.duplicate();
    }

    private ByteBuffer take(long length) throws MalformedMessageException {
        if (length < 0 || length > bytes.remaining()) {
            throw new MalformedMessageException("ends in the middle of a field");
        }
        ByteBuffer taken = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        return taken;
    }

    private long varint() throws MalformedMessageException {
        long read = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw new MalformedMessageException("ends in the middle of a number");
            }
            byte next = bytes.get();
            read |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return read;
            }
        }
        throw new MalformedMessageException("has a number of more than ten bytes");
    }
}
