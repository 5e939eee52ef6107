// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * A durable PostgreSQL (fsync and synchronous commit on) with user {@code postgres}, a generated password and database
 * {@code omninode_bridge}. Runs as root too.
 */
public final class PostgresServer extends Server {

    private static final Duration INITIALIZE_DEADLINE = Duration.ofMinutes(4);
    private static final Duration EFFECT = Duration.ofMinutes(2);
    private static final String USER = "postgres";
    private static final String DATABASE = "omninode_bridge";

    private final int port;
    private final SelfSigned certificate;
    private boolean notingCommits;
    private Map<String, String> environment = Map.of();

    private PostgresServer(Path directory, int port, SelfSigned certificate) {
        super("PostgreSQL", directory);
        this.port = port;
        this.certificate = certificate;
    }

    /** A server on 127.0.0.1 with its data in the directory; data and password of an earlier run are used again. */
    public static PostgresServer in(Path directory, int port) {
        return new PostgresServer(directory, port, null);
    }

    /** The same, which lets nobody in but by TLS. */
    public PostgresServer secured(SelfSigned byCertificate) {
        return new PostgresServer(directory(), port, byCertificate);
    }

    /** The same, which knows of each transaction when it was committed. Before the first start. */
    public PostgresServer notingCommits() {
        notingCommits = true;
        return this;
    }

    /** The same with another clock; before the first start. In a container it has the machine's all the same. */
    public PostgresServer withClock(FakeClock clock) {
        environment = new HashMap<>(clock.environment());
        environment.put("FAKETIME_NO_CACHE", "1"); // all sessions are to see a jump at once
        return this;
    }

    /**
     * A hot standby of this server, which runs and is asked for a copy of its data; yet to be started, on a free port.
     * It follows asynchronously until {@link #awaitStandby}.
     */
    public PostgresServer standby(Path directory) {
        PostgresServer standby = in(directory);
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            // what is written while the files are copied is streamed afterwards
            setting(statement, "wal_keep_size", "256MB");
            awaitEffect("SELECT current_setting('wal_keep_size') = '256MB'");
            statement.execute("SELECT pg_backup_start('standby', TRUE)");
            Path data = standby.directory().resolve("data");
            copyData(data);
            String label;
            try (ResultSet stopped = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(FALSE)")) {
                stopped.next();
                label = stopped.getString(1);
            }
            Files.writeString(data.resolve("backup_label"), label);
            Files.writeString(data.resolve("standby.signal"), "");
            Files.writeString(
                    data.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s'%n"
                            .formatted(port, USER, password()),
                    StandardOpenOption.APPEND);
            Files.copy(passwordFile(), standby.passwordFile());
        } catch (IOException | SQLException e) {
            throw new ServerStartException("no standby of PostgreSQL can be made: " + e.getMessage(), e);
        }
        return standby;
    }

    /** From now on a commit waits until a standby has it on its disk. */
    public void awaitStandby() throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            setting(statement, "synchronous_standby_names", "*");
            awaitEffect("SELECT current_setting('synchronous_standby_names') = '*'");
            // it is the checkpointer that has the commits wait, once it has read the setting
            statement.execute("CHECKPOINT");
        }
    }

    /** Has a standby follow no longer; what its primary commits from now on is not here. */
    public void stopFollowing() throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            setting(statement, "primary_conninfo", "");
        }
        awaitEffect("SELECT current_setting('primary_conninfo') = ''"
                + " AND NOT EXISTS (SELECT 1 FROM pg_stat_wal_receiver)");
    }

    /** Makes a standby the primary, on a new timeline; returns when it takes writes. */
    public void promote() throws SQLException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_promote(TRUE, 300)");
        }
    }

    /** In new sessions: the server reads its settings after it has answered. */
    private void awaitEffect(String condition) {
        boolean seen = Waiting.until(EFFECT, () -> {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement();
                    ResultSet answer = statement.executeQuery(condition)) {
                return answer.next() && answer.getBoolean(1);
            } catch (SQLException e) {
                throw new IllegalStateException(condition, e);
            }
        });
        if (!seen) {
            throw new IllegalStateException("PostgreSQL does not come to: " + condition);
        }
    }

    private static void setting(Statement statement, String name, String value) throws SQLException {
        statement.execute("ALTER SYSTEM SET " + name + " = '" + value + "'");
        statement.execute("SELECT pg_reload_conf()");
    }

    /** Without what is this process's; files that go away meanwhile are not needed, as the backup has begun before. */
    private void copyData(Path to) throws IOException {
        Path from = directory().resolve("data");
        Files.createDirectories(to.getParent());
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) throws IOException {
                Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path each, BasicFileAttributes attributes) throws IOException {
                if (!each.getFileName().toString().startsWith("postmaster.")) {
                    try {
                        Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
                    } catch (NoSuchFileException gone) {
                        return FileVisitResult.CONTINUE;
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path each, IOException failure) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** A server on a free port. */
    public static PostgresServer in(Path directory) {
        return in(directory, FreePorts.one());
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    public String user() {
        return USER;
    }

    public String database() {
        return DATABASE;
    }

    /** The user's password; there from the first start on. */
    public String password() {
        try {
            return Files.readString(passwordFile()).strip();
        } catch (IOException e) {
            throw new IllegalStateException("PostgreSQL was never started in " + directory(), e);
        }
    }

    /** Gives the user another password, of a server that runs. */
    public void changePassword(String password) throws SQLException, IOException {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            statement.execute("ALTER USER " + USER + " PASSWORD '" + password.replace("'", "''") + "'");
        }
        Files.writeString(passwordFile(), password);
    }

    /** Where the password lies, readable by its owner only. */
    public Path passwordFile() {
        return directory().resolve("password");
    }

    public String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    /** A new connection to the database; the caller closes it. */
    public Connection connect() throws SQLException {
        return connect(DATABASE);
    }

    @Override
    ServerRun prepare() throws IOException {
        Files.createDirectories(directory());
        generatePassword();
        List<String> settings = settings();
        Optional<String> image = ServerImages.of("postgres");
        if (image.isPresent()) {
            return inContainer(image.get(), settings);
        }
        Path binaries = PostgresBinaries.unpacked();
        FreshDirectory.ensure(directory().resolve("data"), data -> initialize(binaries, data));
        deleteStalePidFile();
        List<String> command = new ArrayList<>(List.of(
                binaries.resolve("bin/postgres").toString(), "-D", directory().resolve("data").toString(),
                "-c", "unix_socket_directories="));
        command.addAll(settings);
        return new ServerProcess("postgresql", directory(), asUser(command), environment);
    }

    /** By its own entry point, which makes the database as we do. */
    private ServerRun inContainer(String image, List<String> settings) {
        List<String> command = new ArrayList<>();
        if (certificate != null) {
            // where we are root, its user is another one, who could not read the key
            command.addAll(List.of("sh", "-c", ("cp '%s' /tmp/key && chmod 600 /tmp/key && { test $(id -u) != 0"
                    + " || chown postgres /tmp/key; } && exec docker-entrypoint.sh \"$@\" -c ssl_key_file=/tmp/key")
                    .formatted(certificate.key()), "sh"));
        }
        command.add("postgres");
        command.addAll(settings);
        List<Path> alsoRead = certificate == null ? List.of() : List.of(certificate.key().getParent());
        return new ServerContainer(
                "postgresql", image, directory(), alsoRead, command, Map.of(
                        "PGDATA", directory().resolve("data").toString(),
                        "PGPORT", Integer.toString(port),
                        "POSTGRES_PASSWORD_FILE", passwordFile().toString(),
                        "POSTGRES_INITDB_ARGS", "--auth=scram-sha-256 --encoding=UTF8 --no-locale"));
    }

    @Override
    boolean answers() throws SQLException {
        if (!FreePorts.isListenedOn(port)) {
            return false;
        }
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            boolean exists = statement
                    .executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")
                    .next();
            if (!exists) {
                statement.execute("CREATE DATABASE " + DATABASE);
            }
            return true;
        }
    }

    /** SIGINT is the fast shutdown: connections are ended and their transactions rolled back. */
    @Override
    String stopSignal() {
        return "INT";
    }

    private void generatePassword() throws IOException {
        if (Files.exists(passwordFile())) {
            return;
        }
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        // temporary files are readable by their owner only from the first moment
        Path file = Files.createTempFile(directory(), "password", "");
        Files.writeString(file, HexFormat.of().formatHex(random));
        Files.move(file, passwordFile());
    }

    /** PostgreSQL refuses to start while any process has the pid it had itself before the machine went down. */
    private void deleteStalePidFile() throws IOException {
        Path file = directory().resolve("data").resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return;
        }
        boolean ours = Files.readAllLines(file).stream()
                .limit(1)
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
                .flatMap(process -> process.info().commandLine().stream())
                .anyMatch(line -> line.contains(directory().toString()));
        if (!ours) {
            Files.delete(file);
        }
    }

    private void initialize(Path binaries, Path data) throws IOException {
        Executables.run(INITIALIZE_DEADLINE, Map.of(), asUser(List.of(
                binaries.resolve("bin/initdb").toString(), "--pgdata=" + data, "--username=" + USER,
                "--pwfile=" + passwordFile(), "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale",
                // of a password that is random more would protect nothing, and tests connect thousands of times
                "--set=scram_iterations=1")));
    }

    private List<String> settings() throws IOException {
        List<String> settings = new ArrayList<>(List.of(
                "-p", Integer.toString(port),
                "-c", "listen_addresses=127.0.0.1",
                "-c", "fsync=on",
                "-c", "synchronous_commit=on",
                "-c", "max_connections=200"));
        if (notingCommits) {
            settings.addAll(List.of("-c", "track_commit_timestamp=on"));
        }
        if (certificate != null) {
            // the first is for the entry point of its image; as a process it has no sockets
            Path rules = Files.writeString(
                    directory().resolve("hba.conf"),
                    "local all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n");
            settings.addAll(List.of(
                    "-c", "ssl=on", "-c", "ssl_cert_file=" + certificate.certificate(),
                    "-c", "ssl_key_file=" + certificate.key(), "-c", "hba_file=" + rules));
        }
        return settings;
    }

    /** PostgreSQL refuses to run as root; in a user namespace of its own it is nobody, with our files still its own. */
    static List<String> asUser(List<String> command) {
        if (!System.getProperty("user.name").equals("root")) {
            return command;
        }
        List<String> wrapped = new ArrayList<>(List.of("unshare", "--user"));
        wrapped.addAll(command);
        return wrapped;
    }

    /** A new connection to another of its databases; the caller closes it. */
    public Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", password());
        properties.setProperty("connectTimeout", "20");
        // not by DriverManager, which does not see the drivers of every class loader
        return new Driver().connect(jdbcUrl(database), properties);
    }

    private String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }
}
