// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.nodebridge.registry.http.JsonFormat;

/**
 * Says in OpenAPI by {@code schemas.json} what each member means and which values it can have, of what type parameters
 * are, and to which part of the interface an operation belongs. A member has the description that stands there with its
 * schema, else one of its name alone.
 */
public class SchemaDescription implements OASFilter {

    private static final String MOMENT = "Instant";

    private final JsonNode texts = read();

    @Override
    public void filterOpenAPI(OpenAPI document) {
        texts.path("tags").forEach(tag -> document.addTag(OASFactory.createTag()
                .name(tag.path("name").textValue())
                .description(tag.path("description").textValue())));
        document.getPaths().getPathItems().forEach((path, item) -> item.getOperations().values().forEach(operation -> {
            tag(path).ifPresent(operation::addTag);
            describeParameters(operation);
        }));
        Map<String, Schema> schemas = document.getComponents().getSchemas();
        schemas.forEach(this::describe);
        document.getComponents().removeSchema(MOMENT); // it stands inline now, as generators of clients know it best
    }

    private Optional<String> tag(String path) {
        String first = path.replaceFirst("^/api/v1/", "").replaceFirst("/.*", "");
        return StreamSupport.stream(texts.path("tags").spliterator(), false)
                .filter(tag -> StreamSupport.stream(tag.path("paths").spliterator(), false)
                        .anyMatch(each -> each.textValue().equals(first)))
                .map(tag -> tag.path("name").textValue())
                .findFirst();
    }

    private void describeParameters(Operation operation) {
        operation.getParameters().forEach(parameter -> {
            JsonNode parameters = texts.path("parameters");
            String ofOperation = operation.getOperationId() + ' ' + parameter.getName();
            describe(parameter.getSchema(), parameters.path(
                    parameters.has(ofOperation) ? ofOperation : parameter.getName()));
        });
    }

    private void describe(String name, Schema schema) {
        JsonNode own = texts.path("schemas").path(name);
        describe(schema, own.path(""));
        if (schema.getProperties() != null) {
            schema.getProperties().forEach((member, property) -> {
                inlineMoment(property);
                boolean ofName = !own.has(member) && property.getDescription() == null;
                describe(property, ofName ? texts.path("members").path(member) : own.path(member));
            });
        }
    }

    private static void inlineMoment(Schema property) {
        if (property.getRef() != null && property.getRef().endsWith('/' + MOMENT)) {
            property.setRef(null);
            property.setType(List.of(SchemaType.STRING));
            property.setFormat("date-time");
            property.setExamples(null);
        }
    }

    /** @param text a description, or an object of what JSON Schema knows; missing where there is nothing to say */
    private static void describe(Schema schema, JsonNode text) {
        if (text.isTextual()) {
            schema.setDescription(text.textValue());
            return;
        }
        text.properties().forEach(rule -> {
            JsonNode value = rule.getValue();
            switch (rule.getKey()) {
                case "description" -> schema.setDescription(value.textValue());
                case "type" -> schema.setType(types(value));
                case "format" -> schema.setFormat(value.textValue());
                case "enum" -> schema.setEnumeration(values(value));
                case "items" -> describeItems(schema.getItems(), value);
                case "required" -> schema.setRequired(
                        values(value).stream().map(String.class::cast).toList());
                case "minimum" -> schema.setMinimum(value.decimalValue());
                case "maximum" -> schema.setMaximum(value.decimalValue());
                case "default" -> schema.setDefaultValue(JsonFormat.mapper().convertValue(value, Object.class));
                default -> throw new IllegalArgumentException("schemas.json: " + rule.getKey() + " is not known");
            }
        });
    }

    /** @param rule the values that they can have, or an object as for a schema */
    private static void describeItems(Schema items, JsonNode rule) {
        if (rule.isArray()) {
            items.setEnumeration(values(rule));
        } else {
            describe(items, rule);
        }
    }

    /** @param names of one type, or a list of several */
    private static List<SchemaType> types(JsonNode names) {
        List<Object> several = names.isArray() ? values(names) : List.of(names.textValue());
        return several.stream()
                .map(name -> SchemaType.valueOf(name.toString().toUpperCase(Locale.ROOT)))
                .toList();
    }

    private static List<Object> values(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).<Object>map(JsonNode::textValue).toList();
    }

    private static JsonNode read() {
        try (InputStream schemas = SchemaDescription.class.getResourceAsStream("schemas.json")) {
            return JsonFormat.mapper().readTree(schemas);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
