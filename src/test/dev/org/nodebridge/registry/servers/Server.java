// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;

/** One server that can be stopped and brought back as an outage would. Not for use by two threads at once. */
public abstract class Server {

    private final String name;
    private final Path directory;
    private ServerRun run;

    Server(String name, Path directory) {
        this.name = name;
        this.directory = directory.toAbsolutePath();
    }

    /** Makes ready what it needs in its directory and says how to run it; called once. */
    abstract ServerRun prepare() throws IOException;

    /** Whether it does its work now; may throw when not. */
    abstract boolean answers() throws Exception;

    /** The signal that asks for an orderly end, without {@code SIG}. */
    String stopSignal() {
        return "TERM";
    }

    /** How long it may take until it answers; generous, as the machine may have other work. */
    Duration startDeadline() {
        return Duration.ofMinutes(4);
    }

    /** How long an orderly end may take. */
    Duration stopDeadline() {
        return Duration.ofSeconds(60);
    }

    /** What people call it, such as {@code Kafka}. */
    public final String name() {
        return name;
    }

    /** Where its data, log and pid file are; absolute. */
    public final Path directory() {
        return directory;
    }

    /**
     * Starts it and waits until it answers. Does nothing when it runs already.
     *
     * @throws ServerStartException when it ends or does not answer in time; it is not running then
     */
    public final void start() {
        if (!isAlive()) {
            launch();
            run.awaitReady(startDeadline(), this::answers);
        }
    }

    /** Starts it without waiting; for those that want to see it fail, too. */
    final void launch() {
        try {
            if (run == null) {
                run = prepare();
            }
        } catch (IOException | RuntimeException e) {
            throw new ServerStartException(name + " cannot be prepared: " + e.getMessage(), e);
        }
        run.launch();
    }

    /** Stops it in order, keeping its data, and kills it when that takes too long. Waits until it has ended. */
    public final void stop() {
        if (run != null) {
            run.stop(stopSignal(), stopDeadline());
        }
    }

    /** Ends it and its child processes at once, as a crash would (SIGKILL). */
    public final void kill() {
        if (run != null) {
            run.kill();
        }
    }

    /** Freezes it (SIGSTOP): connections stay open and nobody answers. */
    public final void suspend() {
        running().suspend();
    }

    /** Lets it go on after {@link #suspend()} (SIGCONT). */
    public final void resume() {
        running().resume();
    }

    /** Whether its program runs; a suspended one does. */
    public final boolean isAlive() {
        return run != null && run.isAlive();
    }

    /** What it wrote to its log since its first start by this object. */
    public final String log() {
        return run == null ? "" : run.log();
    }

    /** The exit code, or empty while it runs or was never started; 128 + n when signal n ended it. */
    public final OptionalInt exitCode() {
        return run == null ? OptionalInt.empty() : run.exitCode();
    }

    final ServerRun running() {
        if (run == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return run;
    }
}
