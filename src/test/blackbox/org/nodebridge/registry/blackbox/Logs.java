// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.nodebridge.registry.servers.LibertyServer;
import org.nodebridge.registry.servers.ServerGroup;

/** Everything a Liberty has written for people to read: console, messages, and what it notes of first failures. */
final class Logs {

    /** For {@code CONSUL_HTTP_TOKEN}: a Consul without access control takes any. */
    static final String CONSUL_TOKEN = "5ec2e700-7c3f-4a51-9a52-0c3a6f1d7b11";

    private Logs() {}

    /** The files in which a secret of this registry stands: the operator's, PostgreSQL's or Consul's. */
    static List<Path> withSecrets(LibertyServer liberty, ServerGroup servers) {
        return withSecrets(liberty, servers.postgres().orElseThrow().password());
    }

    static List<Path> withSecrets(LibertyServer liberty, String postgresPassword) {
        List<String> secrets = List.of(Registry.OPERATOR_PASSWORD, CONSUL_TOKEN, postgresPassword);
        try (Stream<Path> files = Files.walk(liberty.directory())) {
            List<Path> logs = files.filter(Files::isRegularFile).filter(Logs::isLog).toList();
            if (logs.isEmpty()) {
                throw new IllegalStateException("there are no logs in " + liberty.directory());
            }
            return logs.stream()
                    .filter(log -> secrets.stream().anyMatch(read(log)::contains))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isLog(Path file) {
        return file.toString().endsWith(".log") || file.getParent().endsWith("ffdc");
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
