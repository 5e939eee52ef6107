// SPDX-License-Identifier: Apache-2.0
package org.nodebridge.registry.http;

import jakarta.annotation.security.DeclareRoles;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.info.Info;

/** The interface's root. */
@ApplicationPath("/api/v1")
@DeclareRoles({Roles.READER, Roles.OPERATOR, Roles.ADMIN})
@OpenAPIDefinition(
        info = @Info(
                title = "NodeBridge Registry",
                version = "v1",
                description = "Nodes registered in Consul and PostgreSQL: register, read, deregister."))
public class RegistryApplication extends Application {}
