// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What runs a script that calls nodes by gRPC's xDS client of its language.
 *
 * @param interpreter the program
 * @param environment where that finds its libraries
 */
public record GrpcScripts(Path interpreter, Map<String, String> environment) {

    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final List<String> LOCKED = List.of("package.json", "package-lock.json");

    /** With Debian's {@code python3-grpcio}. Skips the test where it is not to be had, but fails it in CI. */
    public static GrpcScripts pythonNeeded() {
        return new GrpcScripts(
                Needed.orSkip(
                        Pythons.with("grpc"), "no gRPC for Python; Debian has it in the package python3-grpcio"),
                Map.of());
    }

    /**
     * With {@code @grpc/grpc-js-xds}, which npm fetches once, as the lock file has it, and which is kept in the user's
     * cache. Skips the test where it is not to be had, but fails it in CI.
     */
    public static GrpcScripts nodeNeeded() {
        Path node = Needed.orSkip(
                program("node", "NODE_BIN"), "no node; Debian has it in the package nodejs, or set NODE_BIN to it");
        StringBuilder why = new StringBuilder("no gRPC for JavaScript");
        Path libraries = Needed.orSkip(libraries(why), why.toString());
        return new GrpcScripts(node, Map.of("NODE_PATH", libraries.toString()));
    }

    private static Optional<Path> program(String name, String variable) {
        String named = System.getenv().getOrDefault(variable, "");
        return named.isBlank() ? Executables.find(name) : Optional.of(Path.of(named));
    }

    private static Optional<Path> libraries(StringBuilder why) {
        try {
            String folder = "node_modules-" + digest();
            FetchedPrograms fetched = new FetchedPrograms("grpc-js");
            if (Files.isDirectory(fetched.path(folder))) {
                return Optional.of(fetched.path(folder));
            }
            Optional<Path> npm = program("npm", "NPM_BIN");
            if (npm.isEmpty()) {
                why.append("; npm fetches it, which Debian has in the package npm");
                return Optional.empty();
            }
            return Optional.of(fetched.fetching(work -> {
                for (String name : LOCKED) {
                    Files.write(work.resolve(name), resource(name));
                }
                Executables.run(DEADLINE, Map.of(), List.of(
                        npm.get().toString(), "ci", "--prefix", work.toString(), "--ignore-scripts", "--no-audit",
                        "--no-fund"));
                return fetched.keep(work.resolve("node_modules"), folder);
            }));
        } catch (IOException e) {
            why.append(": ").append(e.getMessage());
            return Optional.empty();
        }
    }

    /** Of what is locked: other releases are another folder. */
    private static String digest() throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(resource("package-lock.json"));
            return HexFormat.of().formatHex(digest).substring(0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream file = GrpcScripts.class.getResourceAsStream("/grpc-js/" + name)) {
            return file.readAllBytes();
        }
    }

    /**
     * Runs a script to its end and returns what it wrote.
     *
     * @param directory where it is put
     * @param bootstrap what gRPC's xDS client is to read, JSON
     * @throws IOException when it fails or takes minutes; the message has its last lines
     */
    public String run(String script, String bootstrap, Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("caller"), script);
        Map<String, String> all = new HashMap<>(environment);
        all.put("GRPC_XDS_BOOTSTRAP", Files.writeString(directory.resolve("bootstrap.json"), bootstrap).toString());
        return Executables.run(DEADLINE, all, List.of(interpreter.toString(), file.toString()));
    }
}
