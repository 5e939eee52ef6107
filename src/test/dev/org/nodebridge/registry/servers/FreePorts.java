// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Ports of the loopback address that nobody listens on; never the same one twice, in any JVM of a run of the tests. */
public final class FreePorts {

    // below the range clients get theirs from: while a server is down, a client's own port must not take its place
    private static final int LOWEST = 15_000;
    private static final int HIGHEST = 32_000;

    /** As many as there may be side by side; a port is free until its server is up, and somebody else may take it. */
    private static final int JVMS = 4;

    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /** A free port. */
    public static int one() {
        return Stream.generate(() -> ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST))
                .filter(port -> port % JVMS == ProjectDirectory.fork() % JVMS)
                .filter(FreePorts::isFree)
                .filter(GIVEN::add)
                .findFirst()
                .orElseThrow();
    }

    /** Several free ports, all different. */
    public static List<Integer> several(int count) {
        return Stream.generate(FreePorts::one).limit(count).toList();
    }

    /** The wanted port when it is free and was not given out before, else another one. */
    public static int preferring(int wanted) {
        return isFree(wanted) && GIVEN.add(wanted) ? wanted : one();
    }

    /** Whether a server could listen there now. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a server listens there; found out without taking the port, which its server may be about to do. */
    static boolean isListenedOn(int port) {
        try (Socket socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
