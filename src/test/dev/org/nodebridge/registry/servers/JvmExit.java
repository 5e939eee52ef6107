// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What happens to the servers when this JVM ends: first the registered stop ends them in order, then what is left is
 * killed. One hook for both, because the JVM runs its hooks all at once. No process is started any more once it has
 * begun.
 */
public final class JvmExit {

    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();
    private static volatile Runnable orderly = () -> {};
    private static volatile boolean begun;

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(JvmExit::end, "servers-end"));
    }

    private JvmExit() {}

    /** Runs the given stop when the JVM ends, before anything is killed; the last one given counts. */
    public static void first(Runnable orderlyStop) {
        orderly = orderlyStop;
    }

    /** Whether the JVM is ending. */
    public static boolean hasBegun() {
        return begun;
    }

    /** Sees to it that the process, just started, does not outlive this JVM. */
    static void watch(Process process) {
        RUNNING.add(process);
        process.onExit().thenRun(() -> RUNNING.remove(process));
        if (begun) {
            kill(process);
        }
    }

    private static void end() {
        begun = true;
        try {
            orderly.run();
        } finally {
            RUNNING.forEach(JvmExit::kill);
        }
    }

    private static void kill(Process process) {
        new ProcessTree(process.toHandle()).kill();
    }
}
