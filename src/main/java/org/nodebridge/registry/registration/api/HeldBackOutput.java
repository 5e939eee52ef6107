// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.registration.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Keeps answers back while the request is still being read: most clients read no answer before they have sent all, and
 * a thread that writes to one of these would wait for it while it waits for us. Ten thousand ordinary answers find
 * room; beyond that they are sent as they come, and memory stays bounded.
 */
final class HeldBackOutput extends OutputStream {

    private static final int MOST = 4 * 1024 * 1024;

    private final OutputStream out;
    private ByteArrayOutputStream held = new ByteArrayOutputStream();

    HeldBackOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (held != null && held.size() + length > MOST) {
            finish();
        }
        if (held == null) {
            out.write(bytes, offset, length);
        } else {
            held.write(bytes, offset, length);
        }
    }

    /** Sends what has been kept back; what is written from now on is sent at once. */
    void finish() throws IOException {
        if (held != null) {
            held.writeTo(out);
            held = null;
        }
        out.flush();
    }
}
