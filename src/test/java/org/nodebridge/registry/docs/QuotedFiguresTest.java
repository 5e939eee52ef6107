// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What pages quote of the benchmark is what the published table of docs/performance.md says. */
class QuotedFiguresTest {

    private static final String CHANGED = "Changed registrations, Kafka to both stores, 10,000 nodes";

    private final List<Page> pages = Page.all();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "docs/capacity.md | replica.s measured ([\\d,]*\\d)/s | Heartbeats",
        "docs/capacity.md | The measured ([\\d,]*\\d)/s is of one replica | Heartbeats",
        "docs/capacity.md | at once, at the measured ([\\d,]*\\d)/s | " + CHANGED,
        "docs/capacity.md | measured for Consul alone, ([\\d,]*\\d) through the registry | " + CHANGED,
        "docs/capacity.md | ([\\d,]*\\d) entries a second were measured for Consul alone"
                + "| Consul alone: /v1/txn, service and check, 4 at once",
        "docs/capacity.md | nothing new, at ([\\d,]*\\d)/s | Unchanged re-introductions",
        "docs/comparison.md | took ([\\d,]*\\d) events a second"
                + "| The design's own shape: polls of 10, agent registration and upsert in turn",
        "docs/comparison.md | where this registry took ([\\d,]*\\d) | " + CHANGED,
        "docs/comparison.md | registry does \\[([\\d,]*\\d)\\] | Manual registration over HTTP, 20 in flight",
        "docs/comparison.md | half take more than ([\\d,]*\\d) ms"
                + "| Latency at 200 registrations/s, append to visible in both, p50",
    })
    void isWhatTheTableSays(String page, String quote, String row) {
        List<String> quoted = Pattern.compile(quote).matcher(prose(page)).results()
                .map(found -> found.group(1))
                .toList();

        assertThat(quoted).as("places where %s quotes \"%s\"", page, row).hasSize(1);
        assertThat(quoted.get(0)).as(row).isEqualTo(measured(row));
    }

    private String measured(String row) {
        List<String> cells = prose("docs/performance.md").lines()
                .filter(line -> line.startsWith("| " + row + " |"))
                .map(line -> Arrays.asList(line.split("\\|")).get(2).strip().split(" ")[0])
                .toList();
        assertThat(cells).as("rows of the published table").hasSize(1);
        return cells.get(0);
    }

    private String prose(String name) {
        return pages.stream().filter(page -> page.name().equals(name)).findFirst().orElseThrow().prose();
    }
}
