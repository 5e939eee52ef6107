// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.embedded;

import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.nodebridge.registry.servers.JvmExit;
import org.nodebridge.registry.servers.Server;

/** Sees that a server has died, and says so once. */
final class Watch {

    private final Console console;
    private final Supplier<List<Server>> servers;
    private final Set<Server> dead = new HashSet<>();

    Watch(Console console, Supplier<List<Server>> servers) {
        this.console = console;
        this.servers = servers;
    }

    /** Looks every second; does not return before the JVM ends. */
    void untilTheEnd() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        while (!never.await(1, TimeUnit.SECONDS)) {
            if (!JvmExit.hasBegun()) {
                look();
            }
        }
    }

    void look() {
        for (Server server : servers.get()) {
            boolean died = !server.isAlive() && !JvmExit.hasBegun() && dead.add(server);
            if (died) {
                OptionalInt code = server.exitCode();
                String how = code.isPresent() ? " with code " + code.getAsInt() : "";
                console.say(server.name() + " has ended by itself" + how + ", the others go on; its log is in "
                        + server.directory());
            }
        }
    }
}
