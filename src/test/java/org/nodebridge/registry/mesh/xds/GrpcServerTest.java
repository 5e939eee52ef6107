// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.mesh.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections, by clients that do as they like with the frames of HTTP/2. */
class GrpcServerTest {

    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int END_HEADERS = 4;
    private static final int ACK = 1;

    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private GrpcServer server;

    private final GrpcCall.Handler handler = new GrpcCall.Handler() {
        @Override
        public void opened(GrpcCall call) {
            opened.incrementAndGet();
            call.accept();
        }

        @Override
        public void message(GrpcCall call, byte[] message) {}

        @Override
        public void drained(GrpcCall call) {}

        @Override
        public void ended(GrpcCall call) {
            ended.incrementAndGet();
        }
    };

    private record Frame(int type, int flags, byte[] payload) {}

    /** One connection. */
    private static final class Client implements AutoCloseable {

        private final Socket socket;
        private final DataInputStream in;

        private Client(int port) throws IOException {
            socket = new Socket("127.0.0.1", port);
            socket.setSoTimeout(60_000);
            in = new DataInputStream(socket.getInputStream());
        }

        /** Reading shows where the connection has been cut meanwhile. */
        private Client send(byte[] bytes) throws IOException {
            try {
                socket.getOutputStream().write(bytes);
            } catch (SocketException e) {
                // cut
            }
            return this;
        }

        /** {@code null} at the end of the connection, which is a reset where what was sent has not been read. */
        private Frame read() throws IOException {
            try {
                int first = in.read();
                if (first < 0) {
                    return null;
                }
                int length = first << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                in.readInt();
                return new Frame(type, flags, in.readNBytes(length));
            } catch (SocketException e) {
                return null;
            }
        }

        /** How many pings there are until the connection ends, or it has answered that many. */
        private int answerPings(int most) throws IOException {
            int answered = 0;
            for (Frame frame = read(); frame != null && answered < most; frame = read()) {
                if (frame.type == PING && frame.flags == 0) {
                    send(frame(PING, ACK, 0, frame.payload));
                    answered++;
                }
            }
            return answered;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(payload.length >> 16);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
        return bytes.toByteArray();
    }

    private static byte[] preface() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(frame(SETTINGS, 0, 0, new byte[0]));
        return bytes.toByteArray();
    }

    /** What opens a connection and a call, all at once. */
    private static byte[] call() throws IOException {
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        headers.write(0x83); // :method POST
        headers.write(0x86); // :scheme http
        text(headers, ":authority", "localhost", 0x01);
        text(headers, ":path", "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources",
                0x04);
        text(headers, "content-type", "application/grpc", 0x0f, 31 - 0x0f);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(preface());
        bytes.writeBytes(frame(HEADERS, END_HEADERS, 1, headers.toByteArray()));
        return bytes.toByteArray();
    }

    /** A field whose name is at this place in the table of HPACK. */
    private static void text(ByteArrayOutputStream headers, String name, String value, int... place) {
        for (int each : place) {
            headers.write(each);
        }
        assertThat(value.length()).as(name).isLessThan(0x7f);
        headers.write(value.length());
        headers.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    private void start(int maxConnections, int pingMillis, int idleMillis) {
        server = new GrpcServer(handler, maxConnections, pingMillis, idleMillis);
        server.start("127.0.0.1", 0, null);
    }

    private int connections() {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        server.onLoop(() -> count.complete(server.connections()));
        return count.join();
    }

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void aClientThatAnswersNoPingAnyMoreIsNoticed() throws IOException {
        start(10, 3_000, 10_000); // who stands still for some seconds before its call is not idle yet
        try (Client frozen = new Client(server.port()).send(call())) {
            await().until(() -> opened.get() == 1);

            await().until(() -> ended.get() == 1 && connections() == 0);
            assertThat(frozen.socket.isClosed()).isFalse();
        }
    }

    @Test
    void aClientThatAnswersPingsAloneStays() throws IOException {
        start(10, 3_000, 10_000);
        try (Client client = new Client(server.port()).send(call())) {
            assertThat(client.answerPings(4)).as("of more than ten seconds").isEqualTo(4);

            assertThat(ended).hasValue(0);
        }
    }

    @Test
    void aClientThatNeverSaysAWholeWordIsCut() throws IOException {
        start(10, 60_000, 500);
        try (Client silent = new Client(server.port());
                Client stuck =
                        new Client(server.port()).send("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII))) {
            assertThat(silent.read()).isNull();
            assertThat(stuck.read()).isNull();
        }
    }

    @Test
    void aConnectionWithoutACallIsClosedAndNotAskedWhetherItLives() throws IOException {
        start(10, 500, 60_000);
        try (Client idle = new Client(server.port()).send(preface())) {
            assertThat(idle.answerPings(10)).isZero();
        }
        await().until(() -> connections() == 0);
    }

    @Test
    void aConnectionThatIsRefusedLeavesNothingBehind() throws IOException {
        start(1, 60_000, 60_000);
        try (Client first = new Client(server.port()).send(call())) {
            await().until(() -> opened.get() == 1);
            try (Client second = new Client(server.port()).send(call())) {
                assertThat(second.answerPings(1)).as("until it ends").isZero();
            }
            await().until(() -> connections() == 1);
            assertThat(opened).hasValue(1);
            assertThat(first.socket.isClosed()).isFalse();
        }
        await().until(() -> connections() == 0);
    }
}
