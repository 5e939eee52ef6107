// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.openapi;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.eclipse.microprofile.openapi.models.parameters.Parameter;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.nodebridge.registry.idempotency.IdempotencyKey;
import org.nodebridge.registry.security.CorrelationId;

/** Says in OpenAPI what holds for every request, and for every write, so that no operation need say it for itself. */
public class RequestDescription implements OASFilter {

    // sorted, as the document is a file of the build, which is to come out the same each time
    private static final Map<String, String> OF_WRITES = new TreeMap<>(Map.of(
            "409", "a request with this Idempotency-Key is under way",
            "413", "the body is too long",
            "422", "this Idempotency-Key came with another body before, or PostgreSQL will never take this",
            "429", "too much is asked at once; Retry-After says how long to wait",
            "503", "PostgreSQL cannot say now what became of this Idempotency-Key, or too much is being sent at once"));

    private static final String LATE = "the body did not come in time";
    private static final String OF_ANOTHER_ENCODING = "the body is in an encoding that is not read here";
    private static final String OF_ANOTHER_FORM = "the body is not in a form or an encoding that is read here";

    private static final Map<String, String> OF_ALL = new TreeMap<>(Map.of(
            "400", "a header or parameter is not valid",
            "406", "not in a form that Accept names",
            "500", "a defect; the log tells more"));

    /** What is the same everywhere. */
    private static final Map<String, String> PARAMETERS = new TreeMap<>(Map.of(
            "limit", "how many at most, 1 to 1000",
            "cursor", "the next_cursor of the page before",
            "node_id", "the node's id, percent-encoded",
            "id", "as a listing has it"));

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
            operation.setOperationId(name(method, path));
            operation.getParameters().forEach(RequestDescription::describe);
            OF_ALL.forEach((status, meaning) -> describe(operation, status, meaning));
            if (operation.getRequestBody() != null) {
                describe(operation, "408", LATE);
                boolean anyForm = !Boolean.TRUE.equals(operation.getRequestBody().getRequired());
                describe(operation, "415", anyForm ? OF_ANOTHER_ENCODING : OF_ANOTHER_FORM);
            }
            if (method != PathItem.HttpMethod.GET) {
                if (!path.endsWith("/registrations/batch")) {
                    operation.addParameter(header(
                            IdempotencyKey.HEADER, "lets the same request be sent again, and be carried out once"));
                }
                OF_WRITES.forEach((status, meaning) -> describe(operation, status, meaning));
            }
        });
    }

    /** Made of what callers know and never changes: get and /registrations/{node_id} make getRegistrationsNodeId. */
    private static String name(PathItem.HttpMethod method, String path) {
        return method.name().toLowerCase(Locale.ROOT)
                + Stream.of(path.replaceFirst("^/api/v1/", "").split("[^a-z]+"))
                        .filter(word -> !word.isEmpty())
                        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                        .collect(Collectors.joining());
    }

    private static void describe(Parameter parameter) {
        if (parameter.getDescription() == null) {
            parameter.setDescription(PARAMETERS.get(parameter.getName()));
        }
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
