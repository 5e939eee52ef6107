// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;

/** HTTP as plain text, for what no client would send. */
final class RawHttp {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int port;
    private final InetAddress from;

    private RawHttp(int port, InetAddress from) {
        this.port = port;
        this.from = from;
    }

    static RawHttp to(Registry registry) {
        return new RawHttp(registry.liberty().httpPort(), InetAddress.getLoopbackAddress());
    }

    /** The same from another of this machine's own addresses, such as 127.0.0.2. */
    RawHttp from(String address) throws IOException {
        return new RawHttp(port, InetAddress.getByName(address));
    }

    /** The operator's credentials as a line of the head. */
    static String operator() {
        String credentials = "operator:" + Registry.OPERATOR_PASSWORD;
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)) + "\r\n";
    }

    /** Sends this and no more, and reads until the answer's body is there or the connection ends. */
    RawAnswer send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port, from, 0)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            for (int read = 0; read >= 0 && !isWhole(answer); read = socket.getInputStream().read(buffer)) {
                answer.write(buffer, 0, read);
            }
            String text = behindInterim(answer.toString(UTF_8));
            return new RawAnswer(text.isEmpty() ? 0 : Integer.parseInt(text.split(" ", 3)[1]), text);
        }
    }

    /** Without the answers that only say that a body may come. */
    private static String behindInterim(String text) {
        int end = text.startsWith("HTTP/1.1 100 ") ? text.indexOf("\r\n\r\n") : -1;
        return end < 0 ? text : behindInterim(text.substring(end + 4));
    }

    private static boolean isWhole(ByteArrayOutputStream answer) {
        String text = behindInterim(answer.toString(ISO_8859_1));
        int head = text.indexOf("\r\n\r\n");
        if (head < 0) {
            return false;
        }
        for (String line : text.substring(0, head).split("\r\n")) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return text.length() >= head + 4 + Integer.parseInt(line.substring(15).strip());
            }
        }
        return text.endsWith("0\r\n\r\n");
    }
}
