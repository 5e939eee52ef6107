// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** PgBouncer before a PostgreSQL, in transaction pooling: each transaction may have another of its few sessions. */
public final class PgBouncer extends Server {

    public static final String HOW_TO_GET =
            "no PgBouncer; Debian has it in the package pgbouncer, or set PGBOUNCER_BIN to its program";

    private PostgresServer postgres;
    private ServerProcess process;
    private final Path program;
    private final int port = FreePorts.one();

    private PgBouncer(Path directory, PostgresServer postgres, Path program) {
        super("PgBouncer", directory);
        this.postgres = postgres;
        this.program = program;
    }

    /** Yet to be started; empty where its program is not to be had. */
    public static Optional<PgBouncer> before(PostgresServer postgres, Path directory) {
        return program().map(program -> new PgBouncer(directory, postgres, program));
    }

    private static Optional<Path> program() {
        String named = System.getenv().getOrDefault("PGBOUNCER_BIN", "");
        return Stream.of(Optional.of(named).filter(name -> !name.isBlank()).map(Path::of),
                Executables.find("pgbouncer"),
                Optional.of(Path.of("/usr/sbin/pgbouncer")))
                .flatMap(Optional::stream)
                .filter(Files::isExecutable)
                .findFirst();
    }

    public int port() {
        return port;
    }

    @Override
    ServerRun prepare() throws IOException {
        Files.createDirectories(directory());
        Path users = Files.writeString(
                directory().resolve("users"), "\"%s\" \"%s\"%n".formatted(postgres.user(), postgres.password()));
        process = new ServerProcess(
                "pgbouncer", directory(),
                PostgresServer.asUser(List.of(program.toString(), writeConfig(users).toString())), Map.of());
        return process;
    }

    /** Has it go over to another PostgreSQL, as a failover does: its clients' connections stay. */
    public void follow(PostgresServer promoted) throws IOException {
        postgres = promoted;
        writeConfig(directory().resolve("users"));
        process.signal("HUP");
    }

    private Path writeConfig(Path users) throws IOException {
        return Files.write(directory().resolve("pgbouncer.ini"), List.of(
                "[databases]",
                "* = host=127.0.0.1 port=" + postgres.port(),
                "[pgbouncer]",
                "listen_addr = 127.0.0.1",
                "listen_port = " + port,
                "unix_socket_dir =",
                "auth_type = scram-sha-256",
                "auth_file = " + users,
                "pool_mode = transaction",
                "default_pool_size = 5",
                "max_client_conn = 200",
                // as docs/operations.md has it
                "ignore_startup_parameters = extra_float_digits",
                "server_reset_query = DISCARD ALL",
                "server_reset_query_always = 1"));
    }

    @Override
    boolean answers() {
        return FreePorts.isListenedOn(port);
    }
}
