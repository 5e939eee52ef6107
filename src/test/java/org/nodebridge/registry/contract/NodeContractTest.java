// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nodebridge.registry.config.RegistrySettings;
import org.nodebridge.registry.config.kafka.KafkaSettings;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.kafka.topic.CloudEvent;

/** Holds the AsyncAPI document and the node's own contract to the settings, to the code and to each other. */
class NodeContractTest {

    private static final int CHANNEL = "#/channels/".length();
    private static final KafkaSettings SETTINGS = RegistrySettings.read(key -> Optional.empty()).kafka();
    private final JsonNode document = Contract.document();
    private final JsonNode contract = contract();

    @Test
    void hasAChannelForEachTopicOfTheSettingsAndNoOther() {
        Set<String> topics = new TreeSet<>(SETTINGS.inputTopics());
        for (String topic : SETTINGS.inputTopics()) {
            topics.add(SETTINGS.deadLetterTopic(topic));
            topics.add(SETTINGS.quarantineTopic(topic));
        }
        topics.add(SETTINGS.requestTopic());
        topics.add(SETTINGS.topologyTopic());
        topics.add(SETTINGS.registrationsTopic());

        assertThat(document.path("channels").findValuesAsText("address")).containsExactlyInAnyOrderElementsOf(topics);
    }

    @Test
    void everyReferenceLeadsSomewhereAndEverySchemaIsReferredTo() throws IOException {
        Set<String> used = new HashSet<>();
        List<String> files = new ArrayList<>(List.of("asyncapi.json"));
        Path schemas = Contract.FOLDER.resolve("schemas");
        try (Stream<Path> found = Files.list(schemas)) {
            found.forEach(file -> files.add("schemas/" + file.getFileName()));
        }
        for (String file : files) {
            for (String reference : Contract.json(file).findValuesAsText("$ref")) {
                String[] parts = reference.split("#", 2);
                String target = parts[0].isEmpty() ? file : Path.of(file).resolveSibling(parts[0]).toString();
                String pointer = parts.length < 2 ? "" : parts[1];
                assertThat(Contract.json(target).at(pointer).isMissingNode()).as("%s in %s", reference, file).isFalse();
                used.add(target);
            }
        }
        used.add("asyncapi.json");
        assertThat(used).containsExactlyInAnyOrderElementsOf(files);
    }

    @Test
    void everyMessageAndChannelIsUsed() {
        Set<String> messages = new TreeSet<>();
        Set<String> channels = new TreeSet<>();
        document.path("channels").forEach(channel -> messages.addAll(names(channel.path("messages"))));
        document.path("operations")
                .forEach(operation -> channels.add(operation.at("/channel/$ref").textValue().substring(CHANNEL)));

        assertThat(messages).isEqualTo(names(document.at("/components/messages")));
        assertThat(channels).isEqualTo(names(document.path("channels")));
    }

    @Test
    void namesTheTypesOfTheEventsThatAreWritten() {
        assertThat(Contract.json("schemas/headers.json").at("/$defs/cloudevent/properties/ce_type/enum"))
                .extracting(JsonNode::textValue)
                .containsExactlyElementsOf(
                        Stream.of(CloudEvent.Type.values()).map(CloudEvent.Type::attribute).toList());
    }

    @Test
    void thePageLeadsToEveryFile() throws IOException {
        String page = Contract.text("index.html");
        try (Stream<Path> files = Files.walk(Contract.FOLDER)) {
            assertThat(files.filter(Files::isRegularFile).map(Contract.FOLDER::relativize).map(Path::toString))
                    .filteredOn(file -> !file.equals("index.html"))
                    .hasSizeGreaterThan(9)
                    .allSatisfy(file -> assertThat(page).contains("href=\"" + file + "\""));
        }
    }

    @Test
    void theNodeIsOfATypeThatNodesMayHave() {
        assertThat(NodeType.ofWireName(contract.path("kind").asText())).isPresent();
        assertThat(contract.path("node_type").asText())
                .isEqualToIgnoringCase(contract.path("kind").asText() + "_GENERIC");
        assertThat(contract.path("capabilities")).isNotEmpty()
                .allSatisfy(capability -> assertThat(capability.path("description").asText()).isNotBlank());
    }

    @Test
    void inputsAreTheTopicsThatAreReadAndOutputsThoseThatAreWritten() {
        assertThat(topics("inputs")).isEqualTo(channels("receive"));
        assertThat(topics("outputs")).isEqualTo(channels("send"));
    }

    @Test
    void saysOfEachOutputWhichEventsItHas() {
        contract.path("outputs").forEach(output -> {
            List<String> messages = Contract.messagesOf(output.path("channel").asText());
            assertThat(output.path("messages")).isNotEmpty().extracting(JsonNode::asText).allSatisfy(
                    message -> assertThat(messages).contains(message));
        });
    }

    @Test
    void everySettingThatIsNamedIsDocumented() throws IOException {
        String table = Files.readString(Path.of("docs", "configuration.md"));
        List<String> named = new ArrayList<>(contract.findValuesAsText("setting"));
        document.path("channels").findValuesAsText("description")
                .forEach(text -> named.add(text.substring(0, text.indexOf(' '))));

        assertThat(named).hasSizeGreaterThan(15)
                .allSatisfy(setting -> assertThat(table).contains("\n| `" + setting + "` |"));
    }

    private Map<String, String> topics(String direction) {
        Map<String, String> topics = new LinkedHashMap<>();
        contract.path(direction).forEach(
                topic -> topics.put(topic.path("channel").asText(), topic.path("topic").asText()));
        return topics;
    }

    private Map<String, String> channels(String action) {
        Map<String, String> channels = new LinkedHashMap<>();
        document.path("operations").forEach(operation -> {
            if (operation.path("action").asText().equals(action)) {
                String channel = operation.at("/channel/$ref").asText().substring(CHANNEL);
                channels.put(channel, document.at("/channels/" + channel + "/address").asText());
            }
        });
        return channels;
    }

    private static JsonNode contract() {
        try {
            return new YAMLMapper().readTree(Contract.text("contract.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
