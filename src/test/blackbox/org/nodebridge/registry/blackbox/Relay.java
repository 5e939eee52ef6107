// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a server on this machine that can be blocked, as by a network, or be led to another server. */
final class Relay implements AutoCloseable {

    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> toTheServer = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private boolean blocked;

    private Relay(int target) {
        this.target = target;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread(this::accept);
    }

    /** @param port of the server */
    static Relay to(int port) {
        return new Relay(port);
    }

    /** Where it listens. */
    int port() {
        return server.getLocalPort();
    }

    /** Ends the connections there are; those to come are to that server. */
    void leadTo(int port) {
        target = port;
        sockets.forEach(Relay::end);
    }

    /** Nothing goes through from now on, and no connection ends. */
    synchronized void block() {
        blocked = true;
    }

    synchronized void unblock() {
        blocked = false;
        notifyAll();
    }

    /** The ports that its connections have at the server. */
    List<Integer> portsAtTheServer() {
        return toTheServer.stream().map(Socket::getLocalPort).toList();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket from = server.accept();
                sockets.add(from);
                thread(() -> connect(from));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connect(Socket from) {
        try (from; Socket to = new Socket(InetAddress.getLoopbackAddress(), target)) {
            sockets.add(to);
            toTheServer.add(to);
            thread(() -> copy(to, from));
            copy(from, to);
            toTheServer.remove(to);
            sockets.remove(to);
        } catch (IOException e) {
            // the server does not listen: neither does this
        } finally {
            sockets.remove(from);
        }
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[16_384];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitUnblocked();
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // the same as an end
        }
        end(from);
        end(to);
    }

    private synchronized void awaitUnblocked() {
        while (blocked) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "relay");
        thread.setDaemon(true);
        thread.start();
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it has ended
        }
    }

    @Override
    public void close() {
        unblock();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sockets.forEach(Relay::end);
    }
}
