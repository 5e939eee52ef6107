// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nodebridge.registry.catalog.CheckStatus;
import org.nodebridge.registry.drift.Drift;
import org.nodebridge.registry.event.HealthStatus;
import org.nodebridge.registry.event.NodeType;
import org.nodebridge.registry.health.ComponentHealth;
import org.nodebridge.registry.http.JsonFormat;
import org.nodebridge.registry.lease.probe.ProbeResult;
import org.nodebridge.registry.reconcile.Reconciliation;
import org.nodebridge.registry.store.RegistrationStatus;

/** The OpenAPI document that the build has made: it says of everything what it is, of which type, with which values. */
class ApiDocumentTest {

    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    /** Members of these names hold one of a few words, but for the open ones. */
    private static final Set<String> CLOSED = Set.of(
            "status", "state", "outcome", "kind", "action", "health", "health_status", "node_type", "change",
            "strategy",
            "evidence", "searched", "watched_by", "last_seen_by", "link_state", "result", "mood", "cause");

    /** No member is required: forms of requests that may be empty, and one of which clients choose the members. */
    private static final Set<String> NOTHING_REQUIRED = Set.of(
            "Comparison", "ConsoleLinks", "HeldCohorts", "Heartbeat", "IntrospectionQuestion", "LettersToReplay",
            "RegistrationView");

    private static JsonNode document;
    private static JsonNode texts;

    @BeforeAll
    static void read() throws IOException {
        document = JsonFormat.mapper().readTree(Path.of("target", "openapi", "openapi.json").toFile());
        try (InputStream file = SchemaDescription.class.getResourceAsStream("schemas.json")) {
            texts = JsonFormat.mapper().readTree(file);
        }
    }

    @Test
    void eachOperationHasAnIdATagAndASummary() {
        Set<String> tags = new TreeSet<>(document.path("tags").findValuesAsText("name"));
        List<JsonNode> operations = operations();

        assertThat(operations).hasSizeGreaterThan(40).extracting(each -> each.path("operationId").asText())
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("[a-z]+[A-Za-z]+"));
        assertThat(operations).allSatisfy(each -> {
            assertThat(each.path("summary").asText()).isNotEmpty();
            assertThat(words(each.path("tags"))).as(each.path("operationId").asText()).hasSize(1).isSubsetOf(tags);
        });
        document.path("tags").forEach(tag -> assertThat(tag.path("description").asText()).isNotEmpty());
    }

    @Test
    void eachSchemaAndEachMemberHasATypeAndADescription() {
        List<String> wrong = new ArrayList<>();
        schemas().forEach(schema -> {
            if (schema.getValue().path("description").asText().isEmpty() || !isTyped(schema.getValue())) {
                wrong.add(schema.getKey());
            }
            schema.getValue().path("properties").properties().forEach(member -> {
                if (member.getValue().path("description").asText().isEmpty() || !isTyped(member.getValue())) {
                    wrong.add(schema.getKey() + '.' + member.getKey() + ' ' + member.getValue());
                }
            });
        });

        assertThat(wrong).isEmpty();
    }

    @Test
    void membersThatHoldOneOfAFewWordsSayWhich() {
        List<String> open = new ArrayList<>();
        schemas().forEach(schema -> schema.getValue().path("properties").properties().stream()
                .filter(member -> CLOSED.contains(member.getKey()))
                .filter(member -> words(member.getValue().path("type")).contains("string")
                        || member.getValue().path("type").asText().equals("string"))
                .filter(member -> !member.getValue().has("enum"))
                .forEach(member -> open.add(schema.getKey() + '.' + member.getKey())));

        assertThat(open).isEmpty();
    }

    @Test
    void eachSchemaSaysWhichMembersAreAlwaysThere() {
        List<String> without = schemas().filter(schema -> schema.getValue().has("properties"))
                .filter(schema -> schema.getValue().path("required").isEmpty())
                .map(Map.Entry::getKey)
                .toList();

        assertThat(without).containsExactlyInAnyOrderElementsOf(NOTHING_REQUIRED);
        schemas().forEach(schema -> assertThat(schema.getValue().path("properties").fieldNames()).toIterable()
                .as(schema.getKey())
                .containsAll(words(schema.getValue().path("required"))));
    }

    static Stream<Arguments> valuesOfTheCode() {
        return Stream.of(
                Arguments.of("RegistrationView.node_type", names(NodeType.values())),
                Arguments.of("RegistrationView.status", names(RegistrationStatus.values())),
                Arguments.of("RegistrationView.health", names(CheckStatus.values())),
                Arguments.of("RegistrationView.health_status", names(HealthStatus.values())),
                Arguments.of("ProbeView.result", names(ProbeResult.Outcome.values())),
                Arguments.of("LastProbe.result", names(ProbeResult.Outcome.values())),
                Arguments.of("HealthView.status", names(ComponentHealth.State.values())),
                Arguments.of("DriftView.kind", names(Drift.Kind.values())),
                Arguments.of("DriftView.action", names(Drift.Action.values())),
                Arguments.of("ReconciliationView.status", names(Reconciliation.Status.values())));
    }

    @ParameterizedTest
    @MethodSource("valuesOfTheCode")
    void valuesAreThoseOfTheCode(String member, List<String> values) {
        JsonNode found = document.at("/components/schemas/" + member.replace(".", "/properties/"));

        assertThat(words(found.path("enum"))).containsExactlyInAnyOrderElementsOf(values);
    }

    @Test
    void numbersAndTruthValuesAmongParametersAreNoTexts() {
        operations().forEach(operation -> operation.path("parameters").forEach(parameter -> {
            String type = parameter.at("/schema/type").asText();
            switch (parameter.path("name").asText()) {
                case "limit", "n" -> assertThat(type).as(operation.toString()).isEqualTo("integer");
                case "forget", "dry_run", "count", "snapshot", "stores", "stale", "cordoned",
                        "preview" -> assertThat(type)
                                .as(operation.toString())
                                .isEqualTo("boolean");
                default -> assertThat(type).isIn("string", "array");
            }
        }));
    }

    @Test
    void nothingIsDescribedThatIsNotThere() {
        List<String> unknown = new ArrayList<>();
        texts.path("schemas").properties().forEach(schema -> {
            JsonNode there = document.at("/components/schemas/" + schema.getKey());
            schema.getValue().fieldNames().forEachRemaining(member -> {
                if (there.isMissingNode() || !member.isEmpty() && !there.path("properties").has(member)) {
                    unknown.add(schema.getKey() + '.' + member);
                }
            });
        });
        Set<String> members = new TreeSet<>();
        schemas().forEach(schema -> schema.getValue().path("properties").fieldNames().forEachRemaining(members::add));
        Set<String> parameters = new TreeSet<>();
        operations().forEach(operation -> operation.path("parameters").forEach(parameter -> {
            parameters.add(parameter.path("name").asText());
            parameters.add(operation.path("operationId").asText() + ' ' + parameter.path("name").asText());
        }));

        assertThat(unknown).isEmpty();
        assertThat(texts.path("members").fieldNames()).toIterable().isSubsetOf(members);
        assertThat(texts.path("parameters").fieldNames()).toIterable().isSubsetOf(parameters);
    }

    private static boolean isTyped(JsonNode schema) {
        return Stream.of("type", "$ref", "oneOf", "anyOf", "allOf").anyMatch(schema::has);
    }

    private static List<String> names(Enum<?>[] values) {
        return Stream.of(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
    }

    private static List<String> words(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
    }

    private static Stream<Map.Entry<String, JsonNode>> schemas() {
        return document.at("/components/schemas").properties().stream();
    }

    private static List<JsonNode> operations() {
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream())
                .filter(operation -> METHODS.contains(operation.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }
}
