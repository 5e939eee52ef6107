// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.SELContext;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A server in a container. It is in the network of this machine, sees its directory at the same path and is the user
 * that owns it, so it has the port, the settings and the files that it would have as a process; only the program is
 * another.
 * Testcontainers makes the container and takes it away when this JVM ends, however it ends.
 */
final class ServerContainer implements ServerRun {

    private final String name;
    private final Path directory;
    private final GenericContainer<?> container;
    private String id;

    /**
     * @param directory mounted for reading and writing
     * @param alsoRead directories it must see beside that
     * @param command what the image's entry point is to run
     */
    ServerContainer(
            String name, String image, Path directory, List<Path> alsoRead, List<String> command,
            Map<String, String> environment) {
        this.name = name;
        this.directory = directory;
        container = new GenericContainer<>(DockerImageName.parse(image))
                .withNetworkMode("host")
                .withEnv(environment)
                .withCommand(command.toArray(String[]::new))
                .withCreateContainerCmdModifier(create -> create.withUser(owner()).withHostConfig(
                        mounting(create.getHostConfig(), alsoRead)));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void launch() {
        try {
            if (id == null) {
                container.start();
                id = container.getContainerId();
            } else {
                engine().startContainerCmd(id).exec();
            }
        } catch (RuntimeException e) {
            throw new ServerStartException(
                    name + " cannot be started from " + container.getDockerImageName() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void stop(String signal, Duration deadline) {
        if (isAlive()) {
            send("SIG" + signal);
            awaitExit(deadline);
        }
        kill();
    }

    @Override
    public void kill() {
        if (isAlive()) {
            boolean paused = Boolean.TRUE.equals(state().getPaused());
            send("SIGKILL");
            if (paused && isAlive()) {
                // some engines let a frozen one die only when it moves
                resume();
            }
            awaitExit(ProcessTree.KILLED);
        }
    }

    @Override
    public void suspend() {
        engine().pauseContainerCmd(id).exec();
    }

    @Override
    public void resume() {
        engine().unpauseContainerCmd(id).exec();
    }

    @Override
    public boolean isAlive() {
        if (id == null) {
            return false;
        }
        ContainerState state = state();
        return Stream.of(state.getRunning(), state.getPaused()).anyMatch(Boolean.TRUE::equals);
    }

    @Override
    public OptionalInt exitCode() {
        return id == null || isAlive() ? OptionalInt.empty() : OptionalInt.of(state().getExitCodeLong().intValue());
    }

    @Override
    public OptionalInt awaitExit(Duration deadline) {
        Waiting.until(deadline, () -> !isAlive());
        return exitCode();
    }

    @Override
    public String log() {
        return id == null ? "" : container.getLogs();
    }

    private void send(String signal) {
        try {
            engine().killContainerCmd(id).withSignal(signal).exec();
        } catch (DockerException e) {
            // it may have ended between the look and the signal
            if (isAlive()) {
                throw e;
            }
        }
    }

    private ContainerState state() {
        return engine().inspectContainerCmd(id).exec().getState();
    }

    private DockerClient engine() {
        return container.getDockerClient();
    }

    private String owner() {
        try {
            return Files.getAttribute(directory, "unix:uid") + ":" + Files.getAttribute(directory, "unix:gid");
        } catch (IOException e) {
            throw new ServerStartException("nobody owns " + directory, e);
        }
    }

    private HostConfig mounting(HostConfig config, List<Path> alsoRead) {
        Stream<Bind> reads = alsoRead.stream().map(path -> bind(path, AccessMode.ro));
        return config.withBinds(Stream.concat(Stream.of(bind(directory, AccessMode.rw)), reads).toList());
    }

    private static Bind bind(Path path, AccessMode mode) {
        return new Bind(path.toString(), new Volume(path.toString()), mode, SELContext.shared);
    }
}
