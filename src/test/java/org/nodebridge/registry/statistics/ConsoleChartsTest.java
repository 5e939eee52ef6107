// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.ProjectDirectory;

class ConsoleChartsTest {

    @Test
    void theConsoleDrawsEverySeries() throws IOException {
        String charts = Files.readString(
                ProjectDirectory.target().resolveSibling("src/main/webapp/console/pages/overview.js"));

        assertThat(Stream.of(Series.values()).map(Series::wireName)).isNotEmpty()
                .allSatisfy(name -> assertThat(charts).containsPattern("\\b" + name + ": \""));
    }
}
