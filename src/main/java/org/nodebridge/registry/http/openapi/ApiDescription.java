// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.openapi;

import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;

/** Says in OpenAPI what holds for all operations; the configuration can name one filter only. */
public class ApiDescription implements OASFilter {

    private final AccessDescription access = new AccessDescription();
    private final RequestDescription requests = new RequestDescription();
    private final ProblemDescription problems = new ProblemDescription();
    private final SchemaDescription schemas = new SchemaDescription();
    private final ExampleDescription examples = new ExampleDescription();

    @Override
    public Operation filterOperation(Operation operation) {
        return access.filterOperation(operation);
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        requests.filterOpenAPI(document);
        access.filterOpenAPI(document);
        problems.filterOpenAPI(document);
        schemas.filterOpenAPI(document);
        examples.filterOpenAPI(document);
    }
}
