// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** MirrorMaker 2 as it is given to people, by compose and under Strimzi, has the settings of one properties file. */
class RegionsDeploymentTest {

    private static final String PROPERTIES = "mirror-maker.properties";
    private static final JsonNode COMPOSE = merged("deploy/regions/compose.yaml");
    private static final JsonNode MAIN = merged("compose.yaml");
    private static final Properties MIRROR = properties(new ProjectFile("deploy/regions/" + PROPERTIES).text());

    /** With its merge keys worked out, which Jackson does not do. */
    private static JsonNode merged(String path) {
        return new ObjectMapper().valueToTree(new Yaml().<Map<String, Object>>load(new ProjectFile(path).text()));
    }

    private static Properties properties(String text) {
        try {
            Properties properties = new Properties();
            properties.load(new StringReader(text));
            return properties;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> regions() {
        return Arrays.asList(MIRROR.getProperty("clusters").split(", "));
    }

    private static JsonNode service(String name) {
        JsonNode service = COMPOSE.path("services").path(name);
        assertThat(service.isObject()).as(name).isTrue();
        return service;
    }

    @Test
    void composeRunsTheMirrorWithThePropertiesAsTheyAreButForTheReplication() {
        String command = service("mirror").at("/command/2").asText();
        assertThat(service("mirror").at("/volumes/0").asText())
                .isEqualTo("./" + PROPERTIES + ":/etc/" + PROPERTIES + ":ro");
        assertThat(command).startsWith("sed 's/factor = 3/factor = 1/' /etc/" + PROPERTIES + " > /tmp/" + PROPERTIES)
                .endsWith(" && exec /opt/kafka/bin/connect-mirror-maker.sh /tmp/" + PROPERTIES);

        Properties there = properties(
                new ProjectFile("deploy/regions/" + PROPERTIES).text().replace("factor = 3", "factor = 1"));
        assertThat(there.stringPropertyNames()).isEqualTo(MIRROR.stringPropertyNames()).allSatisfy(
                name -> assertThat(there.getProperty(name)).as(name)
                        .isEqualTo(name.endsWith(".factor") ? "1" : MIRROR.getProperty(name)));
    }

    @Test
    void composeHasARegistryWithServersOfItsOwnForEachRegionOfTheMirror() {
        assertThat(regions()).hasSize(2);
        for (String region : regions()) {
            JsonNode registry = service("registry-" + region);
            String broker = MIRROR.getProperty(region + ".bootstrap.servers");
            assertThat(registry.at("/environment/KAFKA_BROKER_URL").asText()).isEqualTo(broker);
            assertThat(registry.at("/environment/REGISTRY_REGION").asText()).isEqualTo(region);
            assertThat(List.of(registry.at("/environment/REGISTRY_REGIONS").asText().split(",")))
                    .containsExactlyInAnyOrderElementsOf(
                            regions().stream().filter(other -> !other.equals(region)).toList());
            assertThat(registry.at("/environment/POSTGRES_HOST").asText()).isEqualTo("postgres-" + region);
            assertThat(registry.at("/environment/CONSUL_HOST").asText()).isEqualTo("consul-" + region);
            assertThat(service("kafka-" + region).at("/networks/default/aliases/0").asText() + ":9092")
                    .isEqualTo(broker);
            assertThat(service("kafka-" + region).at("/environment/KAFKA_ADVERTISED_LISTENERS").asText())
                    .isEqualTo("INSIDE://" + broker);
            for (String needed : List.of("kafka-", "postgres-", "consul-")) {
                assertThat(registry.path("depends_on").path(needed + region).path("condition").asText())
                        .isEqualTo("service_healthy");
                assertThat(service(needed + region).at("/healthcheck/test").size()).isPositive();
            }
            for (String other : regions()) {
                boolean mirrored = Boolean.parseBoolean(MIRROR.getProperty(other + "->" + region + ".enabled"));
                assertThat(mirrored).as(other + " to " + region).isEqualTo(!other.equals(region));
            }
        }
    }

    @Test
    void composeTakesTheImagesAndSettingsThatTheOtherOneDoesAndListensOnThisMachineOnly() {
        for (String server : List.of("kafka", "postgres", "consul")) {
            for (String region : regions()) {
                assertThat(service(server + "-" + region).path("image"))
                        .isEqualTo(MAIN.path("services").path(server).path("image"));
            }
        }
        assertThat(service("mirror").path("image")).isEqualTo(MAIN.at("/services/kafka/image"));
        Set<String> settings = new TreeSet<>(ProjectFile.settings());
        settings.addAll(List.of("JVM_ARGS", "VARIABLE_SOURCE_DIRS"));
        for (String region : regions()) {
            JsonNode registry = service("registry-" + region);
            assertThat(registry.path("environment").fieldNames()).toIterable().isSubsetOf(settings);
            assertThat(registry.at("/ports/0").asText()).startsWith("127.0.0.1:");
            for (String hardening : List.of("secrets", "read_only", "tmpfs", "cap_drop", "security_opt", "mem_limit")) {
                assertThat(registry.path(hardening)).as(hardening)
                        .isEqualTo(MAIN.path("services").path("registry-1").path(hardening));
            }
        }
        assertThat(COMPOSE.path("services").findValues("ports")).hasSize(regions().size());
        assertThat(COMPOSE.path("secrets").properties()).allSatisfy(secret -> assertThat(
                secret.getValue().path("file").asText())
                .isEqualTo("${SECRETS_DIR:-../compose/secrets}/" + secret.getKey()));
    }

    @Test
    void strimziGetsWhatThePropertiesSay() {
        JsonNode spec = new ProjectFile("deploy/regions/kafka-mirror-maker2.yaml").tree().path("spec");
        JsonNode mirror = spec.at("/mirrors/0");
        String source = mirror.path("sourceCluster").asText();
        assertThat(regions()).contains(source, mirror.path("targetCluster").asText());
        assertThat(mirror.path("topicsPattern").asText()).isEqualTo(MIRROR.getProperty("topics"));
        assertThat(mirror.at("/sourceConnector/tasksMax").asText()).isEqualTo(MIRROR.getProperty("tasks.max"));
        Map<String, String> said = mirror.at("/sourceConnector/config").properties().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> each.getValue().asText()));
        assertThat(said).isNotEmpty().allSatisfy((name, value) -> assertThat(value).as(name).isEqualTo(
                MIRROR.getProperty(name.startsWith("consumer.") ? source + "." + name : name)));
        JsonNode storage = spec.path("clusters").get(1).path("config");
        assertThat(storage.properties()).hasSize(3).allSatisfy(each -> assertThat(each.getValue().asText())
                .isEqualTo(MIRROR.getProperty(each.getKey())));
        // connectors that the properties switch off are not named
        assertThat(mirror.has("checkpointConnector")).isEqualTo(
                Boolean.parseBoolean(MIRROR.getProperty("emit.checkpoints.enabled")));
        assertThat(mirror.has("heartbeatConnector")).isEqualTo(
                Boolean.parseBoolean(MIRROR.getProperty("emit.heartbeats.enabled")));
    }
}
