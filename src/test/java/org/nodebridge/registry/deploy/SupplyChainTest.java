// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the build and its workflows promise about the code of others. */
class SupplyChainTest {

    private static final List<String> WORKFLOWS = List.of(
            ".github/workflows/chaos.yml", ".github/workflows/ci.yml", ".github/workflows/sbom.yml");

    @Test
    void everyActionIsPinnedByItsCommit() {
        for (String workflow : WORKFLOWS) {
            assertThat(new ProjectFile(workflow).all(Pattern.compile("(?m)^ *(?:- )?uses: *(.+)$")))
                    .isNotEmpty()
                    .allMatch(use -> use.matches("[\\w./-]+@[0-9a-f]{40} # v[\\d.]+"));
        }
    }

    /** The tags of these never move in a release; those that get fixes under the same tag are followed instead. */
    @Test
    void imagesOfOneReleaseArePinnedByDigest() {
        JsonNode services = new ProjectFile("compose.yaml").tree().path("services");

        assertThat(List.of("kafka", "prometheus", "grafana")).allSatisfy(
                name -> assertThat(services.at("/" + name + "/image").asText()).matches(".+@sha256:[0-9a-f]{64}\\}"));
    }

    @Test
    void everyFloorOfTheBuildIsNamedAndMet() {
        ProjectFile build = new ProjectFile("config/library-floors.xml");
        Set<String> floors = build.all(Pattern.compile("<exclude>([^<]+:\\(,[^<]+\\))</exclude>"));
        assertThat(new ProjectFile("pom.xml").text()).contains("/config/library-floors.xml</location>");
        String security = new ProjectFile("SECURITY.md").text();

        assertThat(floors).hasSizeGreaterThan(15).allSatisfy(floor -> {
            String artifact = floor.split(":")[1];
            String least = floor.substring(floor.indexOf("(,") + 2, floor.length() - 1);
            String name = artifact.equals("*") ? floor.split(":")[0] : artifact;
            assertThat(security).contains(name.replace("*", "")).contains(least);
        });
        assertThat(floors).anyMatch(floor -> floor.startsWith("io.netty:netty-codec*:"))
                .anyMatch(floor -> floor.startsWith("at.yawk.lz4:lz4-java:"))
                .anyMatch(floor -> floor.startsWith("com.fasterxml.jackson.core:jackson-databind:"));
    }

    @Test
    void aWorkflowScansWhatIsInTheWar() {
        JsonNode workflow = new ProjectFile(".github/workflows/sbom.yml").tree();
        JsonNode scan = workflow.at("/jobs/scan/steps/3");

        assertThat(scan.path("uses").asText()).startsWith("anchore/scan-action@");
        assertThat(scan.at("/with/sbom").asText()).isEqualTo("target/sbom.json");
        assertThat(scan.at("/with/fail-build").asBoolean()).isTrue();
        assertThat(workflow.at("/on/schedule/0/cron").asText()).as("each week").endsWith(" * * 1");
        assertThat(workflow.path("on").has("pull_request")).as("for each change").isTrue();
    }
}
