// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Open Liberty with the registry, as the build has installed it under {@code target/liberty}. Several may run at once
 * from that one install: each has its own ports, output directory, environment and JDK.
 */
public final class LibertyServer extends Server {

    private static final String SERVER = "registry";

    private final int httpPort;
    private final int httpsPort;
    private final Map<String, String> environment;
    private final Path javaHome;
    private final Optional<Path> instead;
    private final boolean oneVersion;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();

    private LibertyServer(
            Path directory, int httpPort, int httpsPort, Map<String, String> environment, Path javaHome,
            Optional<Path> instead, boolean oneVersion) {
        super("Liberty", directory);
        this.httpPort = httpPort;
        this.httpsPort = httpsPort;
        this.environment = Map.copyOf(environment);
        this.javaHome = javaHome;
        this.instead = instead;
        this.oneVersion = oneVersion;
    }

    /**
     * A server with the given ports and settings.
     *
     * @param environment settings of the registry, such as {@code KAFKA_BROKER_URL}, on top of this JVM's environment
     */
    public static LibertyServer in(Path directory, int httpPort, int httpsPort, Map<String, String> environment) {
        return new LibertyServer(directory, httpPort, httpsPort, environment, JavaHomes.current(), Optional.empty(),
                true);
    }

    /** A server on free ports. */
    public static LibertyServer in(Path directory, Map<String, String> environment) {
        return in(directory, FreePorts.one(), FreePorts.one(), environment);
    }

    /** The same server, run by another JDK. */
    public LibertyServer onJava(Path otherJavaHome) {
        return new LibertyServer(directory(), httpPort, httpsPort, environment, otherJavaHome, instead, oneVersion);
    }

    /** The same server, at the same address and in the same directory, of an earlier version. */
    public LibertyServer of(EarlierVersion version) {
        return new LibertyServer(
                directory(), httpPort, httpsPort, environment, javaHome, Optional.of(version.server()), false);
    }

    /** The same server of today's version. */
    public LibertyServer ofToday() {
        return new LibertyServer(directory(), httpPort, httpsPort, environment, javaHome, Optional.empty(), false);
    }

    public int httpPort() {
        return httpPort;
    }

    public int httpsPort() {
        return httpsPort;
    }

    /** The base of all it serves, without a slash at the end. */
    public String url() {
        return "http://localhost:" + httpPort;
    }

    /** Starts the process and returns at once, for those who want to see the start fail. */
    public void launchOnly() {
        launch();
    }

    /** Waits for the process to end by itself; empty when it has not by then. */
    public OptionalInt awaitExit(Duration deadline) {
        return running().awaitExit(deadline);
    }

    /**
     * Waits until a GET of the path, such as {@code /health/ready}, answers 200.
     *
     * @throws ServerStartException when it does not by the deadline, or the server ends; it is killed then
     */
    public void awaitOk(String path, Duration deadline) {
        running().awaitReady(deadline, () -> status(path) == 200);
    }

    /** Whether readiness is reported by then, so that what is asked for is done in all stores; it goes on anyway. */
    public boolean isReadyWithin(Duration time) {
        return Waiting.until(time, () -> {
            try {
                return !isAlive() || status("/health/ready") == 200;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }) && isAlive();
    }

    /** The status code of a GET of the path. */
    public int status(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    @Override
    ServerRun prepare() throws IOException {
        Path install = ProjectDirectory.target().resolve("liberty").resolve("wlp");
        Path script = install.resolve("bin").resolve("server");
        if (!Files.isExecutable(script)) {
            throw new IOException("the build has not installed Liberty in " + install);
        }
        Files.createDirectories(directory());
        Map<String, String> all = ClassArchive.in(environment);
        // as docs/operations.md advises for fast starts
        all.putIfAbsent("WLP_SKIP_BOOTSTRAP_AGENT", "true");
        all.put("JAVA_HOME", javaHome.toString());
        all.put("HTTP_PORT", Integer.toString(httpPort));
        all.put("HTTPS_PORT", Integer.toString(httpsPort));
        all.put("WLP_OUTPUT_DIR", directory().toString());
        Path user = LibertyUserDirectory.make(install, SERVER, directory().resolve("usr"), instead);
        all.put("WLP_USER_DIR", user.toString());
        all.putIfAbsent("HTTPS_KEYSTORE_PASSWORD", LibertyUserDirectory.keyStorePassword(install, SERVER));
        all.putIfAbsent("HTTP_HOST", System.getenv().getOrDefault("HTTP_HOST", "127.0.0.1"));
        all.put("LOG_DIR", directory().resolve("logs").toString());
        if (javaHome.equals(JavaHomes.current())) {
            ClassArchive.giveKept(directory(), SERVER);
            if (oneVersion) {
                all.merge("JVM_ARGS", ClassArchive.trustKept(), (given, ours) -> given + " " + ours);
            }
        }
        // names our directory on the command line, by which a later run knows the process as ours
        all.merge("JVM_ARGS", "-Dregistry.server.directory=" + directory(), (given, ours) -> given + " " + ours);
        // "run" becomes the JVM in place, so that our pid and our signals are the server's own
        return new ServerProcess("liberty", directory(), List.of(script.toString(), "run", SERVER), all);
    }

    /** The application is up, regardless of the servers it needs. */
    @Override
    boolean answers() throws Exception {
        return status("/health/started") == 200;
    }

    @Override
    Duration startDeadline() {
        return Duration.ofMinutes(5);
    }

    /** Liberty's quiesce takes up to 30 s. */
    @Override
    Duration stopDeadline() {
        return Duration.ofSeconds(120);
    }
}
