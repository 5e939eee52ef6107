// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.platform.suite.api.SelectClasses;

class SharedRegistryTest {

    private static final Set<String> TOGETHER = Arrays.stream(
            SharedRegistryIT.class.getAnnotation(SelectClasses.class).value())
            .map(Class::getSimpleName)
            .collect(Collectors.toSet());

    /** Or a second registry would be started, in another JVM. */
    @Test
    void runsEveryClassThatUsesTheSharedRegistry() throws IOException {
        try (Stream<Path> sources = Files.list(Path.of("src/test/blackbox/org/nodebridge/registry/blackbox"))) {
            assertThat(sources.filter(SharedRegistryTest::isTestOnTheSharedRegistry)
                    .map(source -> source.getFileName().toString().replace(".java", "")))
                    .containsExactlyInAnyOrderElementsOf(TOGETHER);
        }
    }

    /** Or they would run twice, or not at all. */
    @Test
    void runsWhatTheBuildDoesNotRunAlone() throws IOException {
        Matcher excluded = Pattern.compile("/blackbox/\\((.+)\\)IT").matcher(Files.readString(Path.of("pom.xml")));
        assertThat(excluded.find()).as("the POM excludes them").isTrue();

        assertThat(Arrays.stream(excluded.group(1).split("\\|")).map(name -> name + "IT"))
                .containsExactlyInAnyOrderElementsOf(TOGETHER);
    }

    private static boolean isTestOnTheSharedRegistry(Path source) {
        try {
            return source.toString().endsWith("IT.java")
                    && !source.endsWith("SharedRegistryIT.java")
                    && Files.readString(source).contains("Registry.shared()");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
