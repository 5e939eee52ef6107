// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.servers.ProjectDirectory;

class PageTest {

    private static final Path FILE = ProjectDirectory.target().resolveSibling("docs/imagined.md");

    @Test
    void takesFromABlockOfCommandsAllOfIt() {
        Block block = page("""
                Text
                <!-- run: DocsCommandsIT, LeaseIT -->
                ```bash
                curl a \\
                    b
                ```
                """).blocks().get(0);

        assertThat(block.commands()).isEqualTo("curl a \\\n    b");
        assertThat(block.runBy()).containsExactly("DocsCommandsIT", "LeaseIT");
        assertThat(block.notRunBecause()).isEmpty();
        assertThat(block).hasToString("docs/imagined.md:3");
    }

    @Test
    void takesFromAConsoleWhatIsTyped() {
        Block block = page("""
                <!-- not run: takes an hour -->
                ```console
                $ curl a \\
                    b
                {"answer": 1}
                $ cat <<END
                > c
                > END
                $5
                ```
                """).blocks().get(0);

        assertThat(block.commands()).isEqualTo("curl a \\\n    b\ncat <<END\nc\nEND");
        assertThat(block.runBy()).isEmpty();
        assertThat(block.notRunBecause()).contains("takes an hour");
    }

    @Test
    void comparesAnOutputWithoutWhiteSpaceAndWhatIsLeftOut() {
        Page page = page("""
                <!-- run: DocsCommandsIT -->
                ```bash
                curl a
                ```

                <!-- output -->
                ```json
                {"answer": 1, …,
                 "last": (2)}
                ```
                """);
        Block commands = page.blocks().get(0);
        Block output = page.outputOf(commands).orElseThrow();

        assertThat(output.isShownBy("{\"answer\":1,\"more\":3,\"last\":(2)}\n")).isTrue();
        assertThat(output.isShownBy("{\"answer\":1,\"more\":3,\"last\":2}\n")).isFalse();
        assertThat(output.isShownBy("warning {\"answer\":1,\"more\":3,\"last\":(2)}\n")).isFalse();
        assertThat(page.outputOf(output)).isEmpty();
        assertThat(page("Text\n").outputOf(commands)).isEmpty();
    }

    @Test
    void seesABlockWithoutAComment() {
        Block block = page("Text\n\n```sh\nrm\n```\n").blocks().get(0);

        assertThat(block.isCommands()).isTrue();
        assertThat(block.runBy()).isEmpty();
        assertThat(block.notRunBecause()).isEmpty();
    }

    @Test
    void makesAnchorsAsGitHubDoes() {
        assertThat(page("# Kafka's security\n## A, b\n## A, b\n## `x_y` [z](q)\n```\n# none\n```\n").anchors())
                .containsExactly("kafkas-security", "a-b", "a-b-1", "x_y-z");
    }

    @Test
    void findsLinksThatLeadNowhere() {
        Page page = page("""
                # Here
                [a](leases.md) [b](leases.md#states) [c](#here) [d](https://example.org/x#y) ![e](../README.md)
                [f](nowhere.md) [g](leases.md#nowhere) [h](#there) [i](../../outside.md)
                """);

        assertThat(page.brokenLinks())
                .containsExactly("nowhere.md", "leases.md#nowhere", "#there", "../../outside.md");
    }

    private static Page page(String text) {
        return Page.of(FILE, text);
    }
}
