// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.nodebridge.registry.http.JsonFormat;

/** Gives operations in OpenAPI the examples of {@code examples.json}: by operation the body, and answers by status. */
public class ExampleDescription implements OASFilter {

    @Override
    public void filterOpenAPI(OpenAPI document) {
        JsonNode examples = examples();
        document.getPaths().getPathItems().values().stream()
                .flatMap(path -> path.getOperations().values().stream())
                .forEach(operation -> describe(operation, examples.path(operation.getOperationId())));
    }

    private static void describe(Operation operation, JsonNode examples) {
        examples.properties().forEach(example -> {
            Content content = example.getKey().equals("body")
                    ? operation.getRequestBody().getContent()
                    : operation.getResponses().getAPIResponse(example.getKey()).getContent();
            MediaType json = content.getMediaType(jakarta.ws.rs.core.MediaType.APPLICATION_JSON);
            json.setExample(JsonFormat.mapper().convertValue(example.getValue(), Object.class));
        });
    }

    private static JsonNode examples() {
        try (InputStream examples = ExampleDescription.class.getResourceAsStream("examples.json")) {
            return JsonFormat.mapper().readTree(examples);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
