package org.nodebridge.registry.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * A child process in a session of its own, so that Ctrl-C in the terminal reaches only us and we choose the order of
 * stopping. Writes {@code <name>.log} and {@code <name>.pid} in its directory. May be started again after it ended.
 */
public final class ServerProcess {

    private static final int TAIL_LINES = 25;

    private final String name;
    private final Path directory;
    private final List<String> command;
    private final Map<String, String> environment;
    private volatile Process process;

    /**
     * @param name names log and pid file
     * @param environment set on top of this JVM's; an empty value takes the variable away
     */
    public ServerProcess(String name, Path directory, List<String> command, Map<String, String> environment) {
        this.name = name;
        this.directory = directory.toAbsolutePath();
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
    }

    /** Starts the program and returns at once. */
    public void launch() {
        if (JvmExit.hasBegun()) {
            throw new ServerStartException(name + " is not started: this JVM is ending");
        }
        try {
            Files.createDirectories(directory);
            if (process == null && Files.exists(logFile())) {
                Files.move(logFile(), directory.resolve(name + ".previous.log"), StandardCopyOption.REPLACE_EXISTING);
            }
            ProcessBuilder builder = new ProcessBuilder(inOwnSession())
                    .directory(directory.toFile())
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
            environment.forEach((key, value) -> {
                if (value.isEmpty()) {
                    builder.environment().remove(key);
                } else {
                    builder.environment().put(key, value);
                }
            });
            process = builder.start();
            JvmExit.watch(process);
            Files.writeString(pidFile(), Long.toString(process.pid()));
        } catch (IOException e) {
            throw new ServerStartException(name + " cannot be started: " + e.getMessage(), e);
        }
    }

    /**
     * Waits until the probe returns {@code true}; whatever it throws counts as "not yet".
     *
     * @throws ServerStartException when the process ends first, or the deadline passes; it is killed then
     */
    public void awaitReady(Duration deadline, Callable<Boolean> probe) {
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
        throw new ServerStartException(name + " " + why + "; the end of its log:\n" + tail(), last[0]);
    }

    /** Sends the signal ({@code TERM}, {@code INT}), and kills what has not ended by the deadline. */
    public void stop(String signal, Duration deadline) {
        if (isAlive()) {
            ProcessTree.signal(signal, process.toHandle());
            awaitExit(deadline);
        }
        kill();
    }

    /** Kills it with all its children; does nothing when it has ended. */
    public void kill() {
        if (isAlive()) {
            new ProcessTree(process.toHandle()).kill();
            // the exit code is known a moment after the process is gone
            awaitExit(Duration.ofSeconds(5));
        }
        deletePidFile();
    }

    public void suspend() {
        new ProcessTree(process.toHandle()).suspend();
    }

    public void resume() {
        new ProcessTree(process.toHandle()).resume();
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The exit code, or empty while it runs or was never started; 128 + n when signal n ended it. */
    public OptionalInt exitCode() {
        return process == null || process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    /** Waits for the process to end by itself; empty when it has not by then. */
    public OptionalInt awaitExit(Duration deadline) {
        try {
            process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return exitCode();
    }

    /** @throws IllegalStateException when it was never started */
    public long pid() {
        if (process == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return process.pid();
    }

    public Path logFile() {
        return directory.resolve(name + ".log");
    }

    /** Everything written since the first start in this JVM. */
    public String log() {
        try {
            return Files.exists(logFile()) ? new String(Files.readAllBytes(logFile()), UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last lines of the log. */
    public String tail() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    private Path pidFile() {
        return directory.resolve(name + ".pid");
    }

    private void deletePidFile() {
        try {
            // the file may be a later process's by now
            if (process != null && Files.exists(pidFile()) && Files.readString(pidFile()).equals("" + process.pid())) {
                Files.delete(pidFile());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> inOwnSession() {
        if (!Executables.onPath("setsid")) {
            return command;
        }
        // setsid becomes the program in place, as it leads no process group: the pid is the server's own
        List<String> wrapped = new ArrayList<>(List.of("setsid"));
        wrapped.addAll(command);
        return wrapped;
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
