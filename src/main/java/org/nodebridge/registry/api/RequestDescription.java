package org.nodebridge.registry.api;

import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.nodebridge.registry.security.CorrelationId;

/** Says in OpenAPI what holds for every request, and for every write, so that no operation need say it for itself. */
public class RequestDescription implements OASFilter {

    private static final Map<String, String> OF_WRITES = Map.of(
            "409", "a request with this Idempotency-Key is under way",
            "413", "the body is too long",
            "422", "this Idempotency-Key came with another body before",
            "429", "too much is asked at once; Retry-After says how long to wait");

    @Override
    public void filterOpenAPI(OpenAPI document) {
        if (document.getPaths() != null && document.getPaths().getPathItems() != null) {
            document.getPaths().getPathItems().forEach(RequestDescription::describe);
        }
    }

    private static void describe(String path, PathItem item) {
        item.getOperations().forEach((method, operation) -> {
            operation.addParameter(header(
                    CorrelationId.HEADER, "found again in the answer, the log and on Kafka; made where it is missing"));
            describe(operation, "400", "a header or parameter is not valid");
            if (method != PathItem.HttpMethod.GET) {
                if (!path.endsWith("/registrations/batch")) {
                    operation.addParameter(header(
                            IdempotencyKey.HEADER, "lets the same request be sent again, and be carried out once"));
                }
                OF_WRITES.forEach((status, meaning) -> describe(operation, status, meaning));
            }
        });
    }

    private static Parameter header(String name, String description) {
        return OASFactory.createParameter().in(Parameter.In.HEADER).name(name).description(description)
                .schema(OASFactory.createSchema().addType(SchemaType.STRING));
    }

    private static void describe(Operation operation, String status, String description) {
        if (operation.getResponses() == null) {
            operation.setResponses(OASFactory.createAPIResponses());
        }
        APIResponse known = operation.getResponses().getAPIResponse(status);
        if (known == null) {
            operation.getResponses().addAPIResponse(status, OASFactory.createAPIResponse().description(description));
        } else if (known.getDescription() != null && !known.getDescription().contains(description)) {
            known.setDescription(known.getDescription() + "; or " + description);
        }
    }
}
