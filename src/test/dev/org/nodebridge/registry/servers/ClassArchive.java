// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What one start of the registry leaves to those that follow. The classes that it loads, parsed and verified already
 * (HotSpot's class data sharing), take a third of the CPU time from every start; a JVM that cannot use them, or a class
 * that has changed since, loads as ever. What Liberty has found out about its bundles and features takes another
 * quarter from the first start in a new directory, and its keys spare that one a JVM of their own: all have the same
 * password. The same archive of classes is made for Kafka.
 */
public final class ClassArchive {

    /** Below the output directory of a server. */
    private static final List<String> KEPT = List.of("workarea", "resources/security");

    /** Below {@link #directory()}: which application the start was of. */
    private static final String SEEN = "application";

    static final String QUIET = "-Xlog:cds*=off";

    private ClassArchive() {}

    /** Makes what the build has not made yet, by one start of each; a failure costs nothing but time. */
    public static void main(String[] args) throws IOException {
        // side by side, as a JVM writes its archive by one thread
        CompletableFuture<Void> ofKafka = new CompletableFuture<>();
        Thread kafka = new Thread(() -> {
            try {
                make(fileOfKafka(), made -> KafkaServer.in(directory().resolve("kafka")).archivingTo(made));
                ofKafka.complete(null);
            } catch (IOException | RuntimeException e) {
                ofKafka.completeExceptionally(e);
            }
        });
        kafka.start();
        make(file(), ClassArchive::ofTheRegistry);
        ofKafka.join();
    }

    /**
     * Options for a server that has what was kept, and has never run another version: where the application is still
     * the one of that start, Liberty need not search its classes for annotations again.
     */
    static String trustKept() throws IOException {
        Path seen = directory().resolve(SEEN);
        boolean same = Files.exists(seen) && Files.readString(seen).equals(application());
        return same ? "-Danno.cache.alwaysValid=true" : "";
    }

    /** Size and time of the application, which each build writes again. */
    private static String application() throws IOException {
        Path war = ProjectDirectory.target().resolve("liberty/wlp/usr/servers/registry/apps/node-bridge-registry.war");
        return Files.exists(war) ? Files.size(war) + " " + Files.getLastModifiedTime(war) : "none";
    }

    /** What a JVM that somebody else starts is to be given to use the archive. */
    public static String options() {
        return in(Map.of()).getOrDefault("JVM_ARGS", "");
    }

    private static void make(Path archive, Function<Path, Server> servers) throws IOException {
        if (Files.exists(archive)) {
            return;
        }
        Path made = archive.resolveSibling("made-" + archive.getFileName());
        Files.deleteIfExists(made);
        Server server = servers.apply(made);
        try {
            server.start();
        } finally {
            server.stop();
        }
        if (Files.exists(made)) {
            Files.writeString(directory().resolve(SEEN), application());
            Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Without any backend. */
    private static Server ofTheRegistry(Path made) {
        return LibertyServer.in(directory(), Map.of(
                "JVM_ARGS", ShortLivedJvm.ARGS + " -XX:ArchiveClassesAtExit=" + made + " " + QUIET,
                "KAFKA_BROKER_URL", "127.0.0.1:1", "POSTGRES_PORT", "1", "CONSUL_PORT", "1"));
    }

    /** Options of the JVM that runs Kafka, which use its archive if there is one. */
    static List<String> optionsOfKafka() {
        return Files.exists(fileOfKafka()) ? List.of("-XX:SharedArchiveFile=" + fileOfKafka(), QUIET) : List.of();
    }

    /** The environment with the archive in it, if there is one and this is no start to make it. */
    static Map<String, String> in(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        boolean making = environment.getOrDefault("JVM_ARGS", "").contains("ArchiveClassesAtExit");
        if (!making && Files.exists(file())) {
            all.merge("JVM_ARGS", "-XX:SharedArchiveFile=" + file() + " " + QUIET, (given, ours) -> given + " " + ours);
        }
        return all;
    }

    /** Gives a server that has never run what that start has left, as copying an installed server would. */
    static void giveKept(Path output, String server) throws IOException {
        // while it is being made there is no archive of classes yet
        if (Files.exists(file())) {
            for (String kept : KEPT) {
                give(directory().resolve(server).resolve(kept), output.resolve(server).resolve(kept));
            }
        }
    }

    private static void give(Path made, Path ours) throws IOException {
        if (!Files.exists(made) || Files.exists(ours)) {
            return;
        }
        try (Stream<Path> files = Files.walk(made)) {
            for (Path file : files.toList()) {
                Path copy = ours.resolve(made.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    private static Path directory() {
        return ProjectDirectory.target().resolve("class-archive");
    }

    private static Path fileOfKafka() {
        return file().resolveSibling("kafka.jsa");
    }

    private static Path file() {
        return ProjectDirectory.target().resolve("liberty").resolve("registry.jsa");
    }
}
