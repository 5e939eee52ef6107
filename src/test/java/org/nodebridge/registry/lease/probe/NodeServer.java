// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.lease.probe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** A node's health endpoint on loopback that may do what no server should, and remembers what it was asked. */
final class NodeServer implements AutoCloseable {

    /** Answers one connection, which is closed afterwards. */
    interface Script {
        void answer(OutputStream out) throws Exception;
    }

    private final ServerSocket socket;
    private final Script script;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private final CountDownLatch cutOff = new CountDownLatch(1);

    private NodeServer(Script script) throws IOException {
        this.script = script;
        this.socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        daemon(this::accept);
    }

    static NodeServer that(Script script) throws IOException {
        return new NodeServer(script);
    }

    static NodeServer answering(String status, String... headers) throws IOException {
        String head = "HTTP/1.1 " + status + "\r\nContent-Length: 2\r\n"
                + String.join("", List.of(headers).stream().map(header -> header + "\r\n").toList()) + "\r\n";
        return that(out -> out.write((head + "ok").getBytes(StandardCharsets.US_ASCII)));
    }

    URI url(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    int port() {
        return socket.getLocalPort();
    }

    /** The head of each request. */
    List<String> requests() {
        return requests;
    }

    long connections() {
        return connections.get();
    }

    /** Bytes that the system took from the script, of all connections. */
    long sent() {
        return sent.get();
    }

    /** Opens when the script could write no further because the other side had gone. */
    CountDownLatch cutOff() {
        return cutOff;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket connection : open) {
            connection.close();
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                connections.incrementAndGet();
                open.add(connection);
                daemon(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            requests.add(head(connection));
            script.answer(counting(connection.getOutputStream()));
        } catch (IOException e) {
            cutOff.countDown();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        } finally {
            open.remove(connection);
        }
    }

    private static String head(Socket connection) throws IOException {
        BufferedReader reader = new BufferedReader(
                new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    private OutputStream counting(OutputStream out) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                out.write(b);
                sent.incrementAndGet();
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
                sent.addAndGet(length);
            }
        };
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work, "node-server");
        thread.setDaemon(true);
        thread.start();
    }
}
