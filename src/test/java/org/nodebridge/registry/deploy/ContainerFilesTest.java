// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What can be said of the image and of compose without an engine. */
class ContainerFilesTest {

    private static final ProjectFile DOCKERFILE = new ProjectFile("Dockerfile");
    private static final JsonNode COMPOSE = new ProjectFile("compose.yaml").tree();
    private static final List<String> REPLICAS = List.of("registry-1", "registry-2");

    @Test
    void imageHasTheLibertyThatTheBuildTestsWith() {
        String tested = first("<liberty.version>(.*?)</liberty.version>", new ProjectFile("pom.xml"));

        assertThat(first("(?m)^ARG LIBERTY_VERSION=(.+)$", DOCKERFILE)).isEqualTo(tested);
        assertThat(first("\\| `LIBERTY_VERSION` \\| `(.+?)`", new ProjectFile("docs/deployment.md")))
                .isEqualTo(tested);
    }

    @Test
    void imageIsOfTheVersionThatIsBuilt() {
        String version = first("<artifactId>node-bridge-registry</artifactId>\\s*<version>(.*?)</version>",
                new ProjectFile("pom.xml"));

        assertThat(first("(?m)^ARG VERSION=(.+)$", DOCKERFILE)).isEqualTo(version);
    }

    @Test
    void imageKnowsOfWhichCommitItIs() {
        assertThat(DOCKERFILE.text()).containsSubsequence(
                "AS build", "ARG REVISION", "-Dbuild.commit=${REVISION#unknown}", "smallrye-open-api", "FROM ");
        assertThat(first("(?m)^commit=\\$\\{(.+)}$", new ProjectFile("src/main/build/build.properties")))
                .isEqualTo("build.commit");
        assertThat(COMPOSE.at("/x-registry/build/args/REVISION").textValue()).isEqualTo("${REVISION:-unknown}");
    }

    @Test
    void everythingThatTheImageCopiesIsLetThrough() {
        String ignore = new ProjectFile(".dockerignore").text();
        Set<String> copied = DOCKERFILE.all(Pattern.compile("(?m)^COPY (?!.*--from)(?:--chown=\\S+ )?(\\S+) \\S+$"));

        assertThat(copied).contains("pom.xml", "src/main").allSatisfy(file -> assertThat(
                ignore.lines().filter(line -> line.startsWith("!")).map(line -> line.substring(1)))
                .anyMatch(let -> file.startsWith(let)));
        assertThat(copied).allSatisfy(file -> assertThat(ProjectFile.directory().resolve(file)).exists());
    }

    @Test
    void imageRunsAsNobody() {
        List<String> users = new ArrayList<>();
        Pattern.compile("(?m)^USER (\\S+)$").matcher(DOCKERFILE.text()).results()
                .forEach(user -> users.add(user.group(1)));

        assertThat(users).containsExactly("1001");
    }

    /** What the tests can be run against and what people are given are the same. */
    @Test
    void composeHasTheImagesThatTheTestsRunInContainers() {
        String pom = new ProjectFile("pom.xml").text()
                .replace("${kafka.version}", first("<kafka.version>(.*?)</", new ProjectFile("pom.xml")));
        Map<String, String> official =
                Map.of("kafka", "apache/kafka", "postgres", "postgres", "consul", "hashicorp/consul");

        official.forEach((server, image) -> assertThat(
                COMPOSE.at("/services/" + server + "/image").asText().replaceFirst("@sha256:[0-9a-f]{64}", ""))
                .endsWith(":-" + image + ":" + pom.replaceAll(
                        "(?s).*?<containers." + server + ">(.*?)</containers." + server + ">.*", "$1") + "}"));
    }

    @Test
    void composeListensOnThisMachineOnly() {
        List<String> ports = new ArrayList<>();
        COMPOSE.path("services").forEach(service -> service.path("ports").forEach(port -> ports.add(port.asText())));

        assertThat(ports).hasSizeGreaterThan(5).allMatch(port -> port.startsWith("127.0.0.1:"));
    }

    @Test
    void composeWaitsForTheHealthOfWhatItStarts() {
        for (JsonNode needs : COMPOSE.findValues("depends_on")) {
            needs.properties().forEach(needed -> {
                assertThat(needed.getValue().path("condition").asText()).isEqualTo("service_healthy");
                assertThat(COMPOSE.at("/services/" + needed.getKey() + "/healthcheck/test").size())
                        .as(needed.getKey()).isPositive();
            });
        }
        for (String replica : REPLICAS) {
            assertThat(replica(replica).path("depends_on").fieldNames()).toIterable()
                    .containsExactlyInAnyOrder("kafka", "postgres", "consul");
        }
    }

    /**
     * Without passwords the start must fail, and not run with one that everybody knows.
     */
    @Test
    void composeHasNoPasswordsOfItsOwn() {
        String script = new ProjectFile("deploy/compose/secrets.sh").text();
        COMPOSE.path("services").forEach(service -> service.path("environment").properties().forEach(variable -> {
            if (variable.getKey().contains("PASSWORD")) {
                assertThat(variable.getValue().asText()).startsWith("/run/secrets/");
            }
        }));

        assertThat(COMPOSE.path("secrets").fieldNames()).toIterable().isNotEmpty().allSatisfy(name -> {
            assertThat(script).contains(name);
            assertThat(COMPOSE.at("/secrets/" + name + "/file").asText()).endsWith("/" + name);
        });
        assertThat(new ProjectFile(".gitignore").text()).contains("deploy/compose/secrets/");
    }

    @Test
    void everyVariableAndSecretOfTheReplicasIsASetting() {
        Set<String> settings = new TreeSet<>(ProjectFile.settings());
        settings.addAll(List.of("JVM_ARGS", "VARIABLE_SOURCE_DIRS"));

        for (String name : REPLICAS) {
            assertThat(replica(name).path("environment").fieldNames()).toIterable().isNotEmpty().isSubsetOf(settings);
            assertThat(replica(name).path("secrets")).isNotEmpty()
                    .allSatisfy(secret -> assertThat(settings).contains(secret.asText()));
        }
    }

    @Test
    void prometheusAsksTheReplicasOfCompose() {
        List<String> targets = new ArrayList<>();
        new ProjectFile("deploy/prometheus/prometheus.yaml").tree()
                .at("/scrape_configs/0/static_configs/0/targets")
                .forEach(target -> targets.add(target.asText()));

        assertThat(targets).containsExactlyElementsOf(REPLICAS.stream().map(replica -> replica + ":9080").toList());
    }

    @Test
    void everyFileThatComposeMountsIsThere() {
        COMPOSE.path("services").forEach(service -> service.path("volumes").forEach(volume -> {
            String source = volume.asText().replaceFirst(":.*", "");
            assertThat(source.startsWith("./") ? ProjectFile.directory().resolve(source).toFile().exists()
                    : COMPOSE.path("volumes").has(source)).as(source).isTrue();
        }));
    }

    /** What the replica merges in; Jackson reads an alias as its name. */
    private static JsonNode replica(String name) {
        return COMPOSE.path("x-" + COMPOSE.at("/services/" + name + "/<<").asText());
    }

    private static String first(String pattern, ProjectFile file) {
        Matcher found = Pattern.compile(pattern).matcher(file.text());
        assertThat(found.find()).as(pattern).isTrue();
        return found.group(1);
    }
}
