// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.openapi;

import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.nodebridge.registry.http.Problem;

/** Says in OpenAPI what every error looks like. */
public class ProblemDescription implements OASFilter {

    private static final String SCHEMAS = "#/components/schemas/";
    private static final String NAME = "Problem";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getComponents().addSchema(NAME, problem());
        document.getPaths().getPathItems().values().stream()
                .flatMap(path -> path.getOperations().values().stream())
                .forEach(operation -> operation.getResponses().getAPIResponses().forEach((status, response) -> {
                    if (status.compareTo("400") >= 0) {
                        describe(Integer.parseInt(status), response);
                    }
                }));
    }

    private static void describe(int status, APIResponse response) {
        MediaType problem = OASFactory.createMediaType()
                .schema(OASFactory.createSchema().ref(SCHEMAS + NAME))
                .example(example(status, response.getDescription()));
        response.setContent(OASFactory.createContent().addMediaType(Problem.MEDIA_TYPE, problem));
    }

    /** As {@link Problem} is written; what the gate refuses before a request is one of ours has less. */
    private static Schema problem() {
        return OASFactory.createSchema()
                .addType(SchemaType.OBJECT)
                .description("An RFC 9457 problem; docs/api.md lists the codes.")
                .addProperty("type", text("urn:nodebridge:problem: and the code"))
                .addProperty("code", text("stable, for programs"))
                .addProperty("title", text("for people"))
                .addProperty("status", OASFactory.createSchema().addType(SchemaType.INTEGER))
                .addProperty("detail", text("for people"))
                .addProperty("errors", OASFactory.createSchema()
                        .addType(SchemaType.ARRAY)
                        .items(OASFactory.createSchema().ref(SCHEMAS + "FieldError"))
                        .description("every broken field"))
                .addProperty("result", OASFactory.createSchema().ref(SCHEMAS + "RegistrationResult"))
                .addProperty("last_state", OASFactory.createSchema().ref(SCHEMAS + "LastState")
                        .description(
                                "the last that is known of a node which is not registered; absent where nothing is"))
                .addProperty("correlation_id", text("by which the registry's log tells more"))
                .addRequired("type")
                .addRequired("code")
                .addRequired("title")
                .addRequired("status");
    }

    private static Schema text(String description) {
        return OASFactory.createSchema().addType(SchemaType.STRING).description(description);
    }

    private static Map<String, Object> example(int status, String detail) {
        String code = switch (status) {
            case 400 -> "invalid-input";
            case 413 -> "body-too-large";
            case 422 -> "idempotency-key-reused";
            case 429 -> "too-many-requests";
            case 503 -> "store-unavailable";
            default -> "http-" + status;
        };
        Map<String, Object> example = new LinkedHashMap<>();
        example.put("type", "urn:nodebridge:problem:" + code);
        example.put("code", code);
        example.put("title", "what kind of problem it is");
        example.put("status", status);
        example.put("detail", detail);
        example.put("correlation_id", "b6b6f5f2-6d3b-4b0e-9d43-6a3d2d1c7a11");
        return example;
    }
}
