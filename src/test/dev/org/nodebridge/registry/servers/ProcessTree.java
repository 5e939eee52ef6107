// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A process and all it has started, as one thing to freeze or to kill. */
final class ProcessTree {

    /** How long the system may take to end what is killed, where it is busy; else a next start would find it alive. */
    static final Duration KILLED = Duration.ofSeconds(60);

    private final ProcessHandle root;

    ProcessTree(ProcessHandle root) {
        this.root = root;
    }

    void suspend() {
        // the root first, so that it cannot start another child while the children are listed
        signal("STOP", Stream.of(root));
        signal("STOP", root.descendants());
    }

    void resume() {
        signal("CONT", root.descendants());
        signal("CONT", Stream.of(root));
    }

    /** Kills all of it and waits, {@link #KILLED} at most, until nothing of it runs. */
    void kill() {
        if (root.isAlive()) {
            signal("STOP", Stream.of(root));
        }
        List<ProcessHandle> all = Stream.concat(Stream.of(root), root.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        Waiting.until(KILLED, () -> all.stream().allMatch(ProcessTree::hasEnded));
    }

    /** Sends one process a signal by its name without {@code SIG}; a process that is gone is no error. */
    static void signal(String signal, ProcessHandle process) {
        signal(signal, Stream.of(process));
    }

    private static void signal(String signal, Stream<ProcessHandle> processes) {
        String pids = processes.map(process -> Long.toString(process.pid())).collect(Collectors.joining(" "));
        if (pids.isEmpty()) {
            return;
        }
        try {
            // the shell's own kill: a slim machine need not have /bin/kill
            new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pids)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("no shell to send SIG" + signal + " with", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static boolean hasEnded(ProcessHandle process) {
        return !process.isAlive() || isZombie(process.pid());
    }

    /** An orphan stays a zombie for good where nothing reaps, as in many containers; it holds no port or file. */
    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.startsWith(" Z", stat.lastIndexOf(')') + 1);
        } catch (IOException e) {
            return false;
        }
    }
}
