// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http.openapi;

import java.util.List;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.eclipse.microprofile.openapi.models.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.models.security.SecurityScheme;

/** Says in OpenAPI what holds for every operation: how to sign in, and what is answered to who may not. */
public class AccessDescription implements OASFilter {

    private static final String BASIC = "basic";
    private static final String BEARER = "bearer";

    @Override
    public Operation filterOperation(Operation operation) {
        operation.setSecurity(requirements());
        APIResponses responses = operation.getResponses() == null
                ? OASFactory.createAPIResponses()
                : operation.getResponses();
        describe(responses, "401", "not signed in");
        describe(responses, "403", "the role is missing, or a page of another site asks");
        operation.setResponses(responses);
        return operation;
    }

    @Override
    public void filterOpenAPI(OpenAPI document) {
        if (document.getComponents() == null) {
            document.setComponents(OASFactory.createComponents());
        }
        document.getComponents()
                .addSecurityScheme(
                        BASIC, scheme(BASIC, "Users reader, operator and admin, unless an issuer of tokens is set."))
                .addSecurityScheme(
                        BEARER, scheme(BEARER, "A MicroProfile JWT, when its issuer is set.").bearerFormat("JWT"));
        document.setSecurity(requirements());
    }

    private static void describe(APIResponses responses, String status, String description) {
        if (!responses.hasAPIResponse(status)) {
            responses.addAPIResponse(status, OASFactory.createAPIResponse().description(description));
        }
    }

    private static List<SecurityRequirement> requirements() {
        return List.of(
                OASFactory.createSecurityRequirement().addScheme(BASIC),
                OASFactory.createSecurityRequirement().addScheme(BEARER));
    }

    private static SecurityScheme scheme(String name, String description) {
        return OASFactory.createSecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme(name)
                .description(description);
    }
}
