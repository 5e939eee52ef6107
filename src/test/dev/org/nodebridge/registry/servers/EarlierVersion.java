// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The registry as it was before: {@code -Dupgrade.from} names a WAR or a git revision, and without it the revision
 * before the one that brought the newest migration is taken, so that its schema is one step older.
 *
 * @param name what it is called in reports
 * @param server directory of its configuration, with the application in {@code apps}
 */
public record EarlierVersion(String name, Path server) {

    /** One line that says what to do where there is none. */
    public static final String HOW_TO_GET =
            "no earlier version: no git history here has one, and there is no -Dupgrade.from=<WAR or git revision>";

    private static final String MIGRATIONS = "src/main/resources/db/migration";
    private static final Pattern NUMBER = Pattern.compile("V(\\d+)(?:\\.(\\d+))?__");
    private static final Duration SHORT = Duration.ofMinutes(2);
    private static final Duration BUILD = Duration.ofMinutes(10);

    /**
     * Builds it, unless an earlier run has.
     *
     * @return empty where no version was asked for and the history has none
     * @throws IOException when the one that was asked for, or is in the history, cannot be had
     */
    public static Optional<EarlierVersion> find() throws IOException {
        String wanted = System.getProperty("upgrade.from", "");
        Path project = ProjectDirectory.target().getParent();
        if (wanted.endsWith(".war")) {
            return Optional.of(ofWar(project.resolve(wanted)));
        }
        Optional<String> revision = wanted.isBlank() ? beforeTheNewestMigration(project) : Optional.of(wanted);
        return revision.isEmpty() ? Optional.empty() : Optional.of(built(project, revision.get()));
    }

    private static EarlierVersion ofWar(Path war) throws IOException {
        Path server = Files.createDirectories(directory("war"));
        Path applications = Files.createDirectories(server.resolve("apps"));
        Files.copy(war, applications.resolve("node-bridge-registry.war"), StandardCopyOption.REPLACE_EXISTING);
        return new EarlierVersion(war.getFileName().toString(), server);
    }

    private static Optional<String> beforeTheNewestMigration(Path project) throws IOException {
        String newest;
        try (Stream<Path> files = Files.list(project.resolve(MIGRATIONS))) {
            newest = files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".sql"))
                    .max(Comparator.comparingInt(EarlierVersion::number))
                    .orElseThrow();
        }
        try {
            String file = MIGRATIONS + "/" + newest;
            String brought = git(project, "log", "-1", "--diff-filter=A", "--format=%H", "--", file);
            return Optional.of(git(project, "rev-parse", "--verify", brought + "^"));
        } catch (IOException e) {
            // a source archive, a shallow clone, or no git
            return Optional.empty();
        }
    }

    /** Of a migration's file, so that V12.1 is after V12 and before V13. */
    private static int number(String file) {
        MatchResult parts = NUMBER.matcher(file).results().findFirst().orElseThrow();
        String step = parts.group(2);
        return Integer.parseInt(parts.group(1)) * 1000 + (step == null ? 0 : Integer.parseInt(step));
    }

    /** Goals, not the lifecycle: that one would also install a Liberty. */
    private static EarlierVersion built(Path project, String revision) throws IOException {
        String name = git(project, "rev-parse", "--short=12", revision + "^{commit}");
        Path directory = directory(name);
        FreshDirectory.ensure(directory, work -> {
            run(project, "git archive --format=tar " + name + " pom.xml src/main | tar -x -C '" + work + "'");
            // the second way is for versions from before those executions
            run(work, "mvn -B -q resources:resources dependency:unpack@webjars compiler:compile"
                    + " smallrye-open-api:generate-schema@openapi war:war"
                    + " || mvn -B -q process-resources compiler:compile war:war");
            Files.createDirectories(work.resolve("server/apps"));
            Files.move(
                    work.resolve("target/node-bridge-registry.war"),
                    work.resolve("server/apps/node-bridge-registry.war"));
            try (Stream<Path> files = Files.list(work.resolve("src/main/liberty/config"))) {
                for (Path file : files.toList()) {
                    Files.copy(file, work.resolve("server").resolve(file.getFileName()));
                }
            }
            FreshDirectory.delete(work.resolve("target"));
        });
        return new EarlierVersion(name, directory.resolve("server"));
    }

    private static String git(Path project, String... arguments) throws IOException {
        List<String> command = Stream.concat(Stream.of("git", "-C", project.toString()), Stream.of(arguments)).toList();
        return Executables.run(SHORT, Map.of(), command).strip();
    }

    private static void run(Path directory, String script) throws IOException {
        Executables.run(BUILD, Map.of(), List.of("sh", "-c", "cd '" + directory + "' && " + script));
    }

    private static Path directory(String name) {
        return ProjectDirectory.target().resolve("earlier-version").resolve(name);
    }
}
