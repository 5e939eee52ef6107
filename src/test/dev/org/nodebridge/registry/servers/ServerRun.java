// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;

/**
 * How a server runs: as a child process, or in a container of its official image ({@link ServerImages} says which).
 * Those who take servers down and bring them back need not know. May be started again after it ended, with the data it
 * had.
 */
interface ServerRun {

    /** Names it in messages. */
    String name();

    /** Starts the program and returns without waiting for it to answer. */
    void launch();

    /** Sends the signal ({@code TERM}, {@code INT}), and kills what has not ended by the deadline. */
    void stop(String signal, Duration deadline);

    /** Kills it with all its children; does nothing when it has ended. */
    void kill();

    /** Freezes it: connections stay open and nobody answers. */
    void suspend();

    /** Lets it go on. */
    void resume();

    /** Whether it runs; a suspended one does. */
    boolean isAlive();

    /** The exit code, or empty while it runs or was never started; 128 + n when signal n ended it. */
    OptionalInt exitCode();

    /** Waits for it to end by itself; empty when it has not by then. */
    OptionalInt awaitExit(Duration deadline);

    /** Everything written since the first start. */
    String log();

    /**
     * Waits until the probe returns {@code true}; any exception counts as "not yet".
     *
     * @throws ServerStartException when the program ends first, or the deadline passes; it is killed then
     */
    default void awaitReady(Duration deadline, Callable<Boolean> probe) {
        Exception[] last = new Exception[1];
        boolean ready = Waiting.until(deadline, () -> !isAlive() || answers(probe, last)) && isAlive();
        if (ready) {
            return;
        }
        OptionalInt exit = exitCode();
        kill();
        String cause = last[0] == null ? "" : " (" + last[0] + ")";
        String why = exit.isPresent()
                ? "ended with code " + exit.getAsInt()
                : "did not answer within " + deadline.toSeconds() + " s" + cause;
        throw new ServerStartException(name() + " " + why + "; the end of its log:\n" + tail(), last[0]);
    }

    /** The last lines of the log. */
    default String tail() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()));
    }

    private static boolean answers(Callable<Boolean> probe, Exception[] last) {
        try {
            return probe.call();
        } catch (Exception e) {
            last[0] = e;
            return false;
        }
    }
}
