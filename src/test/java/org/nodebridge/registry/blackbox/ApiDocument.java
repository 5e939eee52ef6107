package org.nodebridge.registry.blackbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The OpenAPI document that a registry gives out, and the judge of answers by it. */
final class ApiDocument {

    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";

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
                        operation.getKey().toUpperCase(), path.getKey(), operation.getValue()))));
        return operations;
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
