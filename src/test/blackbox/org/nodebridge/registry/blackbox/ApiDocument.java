// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The OpenAPI document that a registry gives out, and the judge of answers by it. */
final class ApiDocument {

    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";
    private static final String LINES = "application/x-ndjson";

    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final JsonNode document;

    private ApiDocument(JsonNode given) {
        // where a JSON Schema by itself has them
        document = Json.parse(given.toString().replace("#/components/schemas/", "#/$defs/"));
        // nobody documents what may not be there, so what is not documented may not
        document.at("/components/schemas").forEach(schema -> {
            if (schema.has("properties") && !schema.has("additionalProperties")) {
                ((ObjectNode) schema).put("additionalProperties", false);
            }
        });
    }

    static ApiDocument of(Registry registry) {
        return new ApiDocument(registry.send(Registry.as("reader", registry.request("/openapi"))
                .header("Accept", JSON)
                .GET())
                .json());
    }

    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        document.path("paths").properties().forEach(path -> path.getValue().properties().stream()
                .filter(operation -> METHODS.contains(operation.getKey()))
                .forEach(operation -> operations.add(new Operation(
                        operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), operation.getValue()))));
        return operations;
    }

    /** Fails unless the document says that the operation at this address answers so, with such a body. */
    void covers(String method, String address, Answer answer) {
        String path = address.replaceFirst("\\?.*", "");
        covers(operations().stream()
                .filter(operation -> operation.method().equals(method) && operation.isAt(path))
                // /registrations/watch before /registrations/{node_id}
                .min(Comparator.comparing(Operation::hasParameterInPath))
                .orElseThrow(() -> new AssertionError(method + " " + address + " is not documented")), answer);
    }

    /** The same; of a stream of lines each is judged. */
    void covers(Operation operation, Answer answer) {
        JsonNode response = operation.response(answer.status());
        assertThat(response.isMissingNode()).as("%s answers %d", operation, answer.status()).isFalse();
        JsonNode content = response.path("content").path(answer.mediaType());
        assertThat(content.isMissingNode()).as("%s answers %s", operation, answer.mediaType()).isFalse();
        Stream<String> texts = switch (answer.mediaType()) {
            case JSON, PROBLEM -> Stream.of(answer.body());
            case LINES -> answer.body().lines();
            default -> Stream.of();
        };
        texts.forEach(text -> assertThat(judge(content.path("schema"), Json.parse(text))).as(text).isEmpty());
    }

    /** Fails unless the document says that there are such events, with such data. */
    void covers(WatchStream.Event event) {
        JsonNode schema = document.path("paths").path(WatchStream.PATH)
                .at("/get/responses/200/content/text~1event-stream/x-event-data").path(event.name());
        assertThat(schema.isMissingNode()).as("event %s", event.name()).isFalse();
        assertThat(judge(schema, event.data())).as("%s", event).isEmpty();
    }

    /** What is wrong with JSON by a schema that stands in the document; empty when nothing is. */
    List<Error> judge(JsonNode schema, JsonNode json) {
        ObjectNode whole = Json.MAPPER.createObjectNode();
        whole.set("$defs", document.at("/components/schemas"));
        whole.putArray("allOf").add(schema);
        return schemas.getSchema(whole).validate(json);
    }

    /** One operation of the document. */
    record Operation(String method, String path, JsonNode json) {

        String id() {
            return json.path("operationId").asText();
        }

        boolean writes() {
            return !method.equals("GET");
        }

        /** The address with this in place of each parameter of the path. */
        String pathWith(String value) {
            return path.replaceAll("\\{[^}]+}", java.util.regex.Matcher.quoteReplacement(value));
        }

        boolean isAt(String address) {
            return address.matches(path.replaceAll("\\{[^}]+}", "[^/]+"));
        }

        boolean hasParameterInPath() {
            return path.contains("{");
        }

        /** Of its answers, by status. */
        Set<Map.Entry<String, JsonNode>> responses() {
            return json.path("responses").properties();
        }

        JsonNode response(int status) {
            return json.path("responses").path(Integer.toString(status));
        }

        /** The media type of its body; JSON where it names none, or has no body. */
        String bodyType() {
            return json.at("/requestBody/content").properties().stream()
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(JSON);
        }

        List<String> parameters(String in) {
            List<String> names = new ArrayList<>();
            json.path("parameters").forEach(parameter -> {
                if (parameter.path("in").asText().equals(in)) {
                    names.add(parameter.path("name").asText());
                }
            });
            return names;
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }
}
