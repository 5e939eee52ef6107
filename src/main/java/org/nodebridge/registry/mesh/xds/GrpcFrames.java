// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;

/** Takes gRPC's messages, each behind a flag and its length, out of a stream of bytes. For one thread. */
final class GrpcFrames {

    private static final int HEAD = 5;

    private final int mostBytes;
    private final Consumer<byte[]> messages;
    private Buffer rest = Buffer.buffer();

    /** @param mostBytes of one message */
    GrpcFrames(int mostBytes, Consumer<byte[]> messages) {
        this.mostBytes = mostBytes;
        this.messages = messages;
    }

    /** What precedes a message of so many bytes. */
    static byte[] head(int length) {
        return Buffer.buffer(HEAD).appendByte((byte) 0).appendInt(length).getBytes();
    }

    void add(Buffer bytes) throws MalformedMessageException {
        rest = rest.length() == 0 ? bytes : rest.appendBuffer(bytes);
        int at = 0;
        while (rest.length() - at >= HEAD) {
            long length = rest.getUnsignedInt(at + 1);
            if (rest.getByte(at) != 0) {
                throw new MalformedMessageException("is compressed, which nobody has offered");
            }
            if (length > mostBytes) {
                throw new MalformedMessageException("is longer than " + mostBytes + " bytes");
            }
            if (rest.length() - at - HEAD < length) {
                break;
            }
            messages.accept(rest.getBytes(at + HEAD, at + HEAD + (int) length));
            at += HEAD + (int) length;
        }
        rest = at == 0 ? rest : Buffer.buffer(rest.getBytes(at, rest.length()));
    }
}
