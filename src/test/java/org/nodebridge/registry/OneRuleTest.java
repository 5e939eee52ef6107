// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.store.RegistrationStatus;

/** Where one rule is written in several languages, all say the same; and what has one place stays there. */
class OneRuleTest {

    private static final Path JAVA = Path.of("src", "main", "java");
    private static final Path MIGRATIONS = Path.of("src", "main", "resources", "db", "migration");
    private static final Pattern STATUSES = Pattern.compile("\\bstatus (?:NOT )?IN \\(([^)(]*)\\)");
    private static final Pattern NODE_TYPES = Pattern.compile("\\bnode_type IN \\(([^)(]*)\\)");
    private static final Pattern COLUMN_OF_ROW = Pattern.compile("\\([a-z]+\\.row\\)\\.[a-z_\"]");
    private static final Pattern WORD = Pattern.compile("'([a-z_]+)'");

    @Test
    void sqlListsTheStatusesThatTheEnumCallsDiscoverableOrRegistered() {
        Set<Set<String>> known = Set.of(
                statuses(RegistrationStatus::discoverable),
                statuses(RegistrationStatus::registered),
                statuses(status -> !status.registered()),
                statuses(status -> true));

        List<Set<String>> listed = Stream.of(JAVA, MIGRATIONS)
                .flatMap(OneRuleTest::files)
                .flatMap(file -> lists(STATUSES, file))
                .filter(list -> list.stream().anyMatch(statuses(status -> true)::contains))
                .toList();

        assertThat(listed).hasSizeGreaterThan(20).allMatch(known::contains);
        assertThat(new HashSet<>(listed)).as("each of them is in use").isEqualTo(known);
    }

    @Test
    void theTableTakesTheNodeTypesOfTheEnum() {
        assertThat(files(MIGRATIONS).flatMap(file -> lists(NODE_TYPES, file)).toList())
                .containsExactly(nodeTypes());
    }

    @Test
    void theRuleOfNodeTypesNamesAllOfThem() {
        assertThat(Set.of(NodeType.NAMES.split(", | or "))).isEqualTo(nodeTypes());
        assertThat(NodeType.RULE).endsWith(NodeType.NAMES);
        assertThat(Set.of(NodeType.PATTERN.replaceAll("[^a-z|]", "").split("\\|"))).isEqualTo(nodeTypes());
    }

    // JdbiProducer's maps columns of JSON and is its library's own
    @ParameterizedTest
    @CsvSource({
        "new ObjectMapper(|new JsonMapper(|JsonMapper.builder, WireJson JsonFormat JdbiProducer",
        "MessageDigest.getInstance, Sha256",
        "java.util.concurrent.Semaphore, Permits",
        "Base64.getUrlEncoder|Base64.getUrlDecoder, PageToken Sha256",
        "'\"HEAD\"|HttpMethod.HEAD', ReadMethods Gate"
    })
    void hasOnePlaceFor(String oneOf, String places) {
        List<String> words = List.of(oneOf.split("\\|"));

        assertThat(files(JAVA).filter(file -> words.stream().anyMatch(text(file)::contains))
                .map(file -> file.getFileName().toString().replace(".java", "")))
                .containsExactlyInAnyOrder(places.split(" "));
    }

    /** A hundred of them took longer to parse than all else that a read of a node does. */
    @Test
    void noSqlNamesAColumnOfAWholeRow() {
        assertThat(files(JAVA).filter(file -> COLUMN_OF_ROW.matcher(text(file)).find())).isEmpty();
    }

    private static Set<String> statuses(Predicate<RegistrationStatus> which) {
        return Stream.of(RegistrationStatus.values()).filter(which).map(RegistrationStatus::wireName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> nodeTypes() {
        return Stream.of(NodeType.values()).map(NodeType::wireName).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Set<String>> lists(Pattern pattern, Path file) {
        return pattern.matcher(text(file)).results().map(found -> WORD.matcher(found.group(1)).results()
                .map((MatchResult word) -> word.group(1))
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
