// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.nodebridge.registry.blackbox.Eventually.eventually;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Objects;

/** A watcher that reads only when the test lets it, so that what is sent to it piles up somewhere. For one thread. */
final class SlowWatcher implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;

    private SlowWatcher(Socket socket) {
        this.socket = socket;
    }

    /** Opens a stream, without a last event. */
    static SlowWatcher of(Registry registry) {
        try {
            Socket socket = new Socket();
            // or the system would take megabytes in its place
            socket.setReceiveBufferSize(4096);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), registry.liberty().httpPort()));
            socket.getOutputStream().write(("GET " + WatchStream.PATH + " HTTP/1.1\r\nHost: localhost\r\n"
                    + RawHttp.operator() + "Accept: text/event-stream\r\n\r\n")
                    .getBytes(ISO_8859_1));
            return new SlowWatcher(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The same, of a registry that may need longer for the beginning than it gives a request: asks until it is let in.
     */
    static SlowWatcher letIn(Registry registry) {
        return eventually().atMost(Duration.ofMinutes(3)).until(() -> {
            SlowWatcher watcher = of(registry);
            if (watcher.read().startsWith("HTTP/1.1 200")) {
                return watcher;
            }
            watcher.close();
            return null;
        }, Objects::nonNull);
    }

    /** Reads until this has come. */
    void readUntil(String text) {
        String last = "";
        while (!last.contains(text)) {
            String read = read();
            if (read.isEmpty()) {
                throw new AssertionError("the stream has ended before " + text);
            }
            last = tail(last) + read;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String tail(String text) {
        return text.substring(Math.max(0, text.length() - 500));
    }

    /** What is there, or else comes next; nothing at the end. */
    private String read() {
        try {
            InputStream in = socket.getInputStream();
            byte[] bytes = new byte[8192];
            int read = in.read(bytes);
            return read < 0 ? "" : new String(bytes, 0, read, ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
