// SPDX-License-Identifier: Apache-2.0
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
import java.util.concurrent.TimeUnit;

/**
 * A child process in a session of its own, so that Ctrl-C in the terminal reaches only us and we choose the order of
 * stopping. Writes {@code <name>.log} and {@code <name>.pid} in its directory. May be started again after it ended.
 */
public final class ServerProcess implements ServerRun {

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

    @Override
    public String name() {
        return name;
    }

    @Override
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

    @Override
    public void stop(String signal, Duration deadline) {
        if (isAlive()) {
            ProcessTree.signal(signal, process.toHandle());
            awaitExit(deadline);
        }
        kill();
    }

    @Override
    public void kill() {
        if (isAlive()) {
            new ProcessTree(process.toHandle()).kill();
            // the exit code is known a moment after the process is gone
            awaitExit(ProcessTree.KILLED);
        }
        deletePidFile();
    }

    /** Sends a signal, without {@code SIG}, that does not end it. */
    void signal(String name) {
        ProcessTree.signal(name, process.toHandle());
    }

    @Override
    public void suspend() {
        new ProcessTree(process.toHandle()).suspend();
    }

    @Override
    public void resume() {
        new ProcessTree(process.toHandle()).resume();
    }

    @Override
    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    @Override
    public OptionalInt exitCode() {
        return process == null || process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    @Override
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

    @Override
    public String log() {
        try {
            return Files.exists(logFile()) ? new String(Files.readAllBytes(logFile()), UTF_8) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
}
